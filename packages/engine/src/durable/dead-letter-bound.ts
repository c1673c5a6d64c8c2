import { type Clock, type DeadLetters, recordPlace, TroupeError } from "@troupe/kernel";
import type { MakeDurable } from "./make-durable.ts";

/** How long a count is believed: other members add letters too, and each may add a tick's worth in between. */
const BELIEVED_MILLIS = 1_000;

/**
 * No more dead letters than allowed: a tick that would add one is not made durable, so its partition waits, readiness says
 * why, and nothing is lost. Rejects with DEAD_LETTERS_FULL then. Asks the store only when there is a letter.
 */
export function withDeadLetterBound(
  makeDurable: MakeDurable,
  { deadLetters, clock, limit }: { readonly deadLetters: DeadLetters; readonly clock: Clock; readonly limit: number },
): MakeDurable {
  let held = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (work) => {
    const [first] = work.deadLetters;
    if (first === undefined) return makeDurable(work);
    const now = clock.now();
    if (now - askedAt >= BELIEVED_MILLIS || held + work.deadLetters.length > limit) {
      held = await deadLetters.count();
      askedAt = now;
    }
    if (held + work.deadLetters.length > limit) throw new TroupeError("DEAD_LETTERS_FULL", { held, limit, place: recordPlace(first) });
    const outcome = await makeDurable(work);
    held += work.deadLetters.length;
    return outcome;
  };
}
