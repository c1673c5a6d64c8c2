import type { AtomicWork } from "@troupe/kernel";
import { TroupeError } from "@troupe/kernel";
import type { MakeDurable } from "./make-durable.ts";

/** Documents, records, dead letters and offsets in one transaction: no outbox, no sweep, one fsync. */
export function atomicDurability(work: AtomicWork, owner: string): MakeDurable {
  return async ({ writes, deadLetters, offsets, membership }) => {
    const { outcomes, offsetsStored } = await work.commitWork({
      owner,
      membership,
      writes: writes.map(({ write, records }) => ({ write, records })),
      deadLetters,
      offsets,
    });
    return {
      offsetsStored,
      outcomes: outcomes.map((outcome) => {
        if (outcome.kind !== "unknown") return outcome;
        throw new TroupeError("STORE_UNREACHABLE", { address: "the data file", reason: outcome.reason });
      }),
    };
  };
}
