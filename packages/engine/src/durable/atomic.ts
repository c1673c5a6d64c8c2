import type { AtomicWork } from "@troupe/kernel";
import type { MakeDurable } from "./make-durable.ts";

/** Documents, records, dead letters and offsets in one transaction: no outbox, no sweep, one fsync. */
export function atomicDurability(work: AtomicWork, owner: string): MakeDurable {
  return ({ writes, deadLetters, offsets, membership }) =>
    work.commitWork({ owner, membership, writes: writes.map(({ write, records }) => ({ write, records })), deadLetters, offsets });
}
