import { setImmediate as nextTick } from "node:timers/promises";
import type { Clock } from "@troupe/kernel";

export type ManualClock = Clock & {
  /**
   * Moves time forward, waking sleepers in the order in which they are due (then in which they fell asleep).
   * After each one, everything that is ready runs first, so a sleeper that sleeps again within the span wakes again.
   */
  advance(millis: number): Promise<void>;
  /** How many sleep now: lets a test wait until the code under test has got to its pause. */
  sleepers(): number;
};

type Sleeper = { readonly due: number; readonly wake: () => void };

/** A clock that stands still until it is advanced. `start`: milliseconds since the epoch. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let time = start;
  const asleep: Sleeper[] = [];
  const remove = (sleeper: Sleeper): boolean => {
    const at = asleep.indexOf(sleeper);
    if (at >= 0) asleep.splice(at, 1);
    return at >= 0;
  };
  const sleep = (millis: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true || millis <= 0) return resolve();
      const onAbort = (): void => {
        if (remove(sleeper)) resolve();
      };
      const sleeper: Sleeper = {
        due: time + millis,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      asleep.push(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  const advance = async (millis: number): Promise<void> => {
    const target = time + millis;
    await nextTick();
    for (let next = earliest(asleep, target); next !== undefined; next = earliest(asleep, target)) {
      time = Math.max(time, next.due);
      remove(next);
      next.wake();
      await nextTick();
    }
    time = target;
  };
  return { now: () => time, sleep, advance, sleepers: () => asleep.length };
}

function earliest(asleep: readonly Sleeper[], target: number): Sleeper | undefined {
  let found: Sleeper | undefined;
  for (const sleeper of asleep) {
    if (sleeper.due <= target && (found === undefined || sleeper.due < found.due)) found = sleeper;
  }
  return found;
}
