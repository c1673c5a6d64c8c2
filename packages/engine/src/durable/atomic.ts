import type { AtomicWork, Work } from "@troupe/kernel";
import type { PlannedWrite } from "../fold/plan-write.ts";
import type { MakeDurable } from "./make-durable.ts";

/** Documents, records, dead letters and offsets in one transaction: no outbox, no sweep, one fsync. */
export function atomicDurability(work: AtomicWork, owner: string): MakeDurable {
  return ({ writes, deadLetters, offsets, membership }) =>
    work.commitWork({ owner, membership, writes: writes.map(workOf), deadLetters, offsets });
}

const workOf = ({ write, records, parking }: PlannedWrite): Work["writes"][number] =>
  parking === undefined ? { write, records } : { write, records, parking };
