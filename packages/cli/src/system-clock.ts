import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock, Random } from "@troupe/kernel";

/** Start instant plus monotonic time: it never jumps, also when somebody sets the machine's clock (engine rule 10). */
export function systemClock(): Clock {
  const start = Date.now() - performance.now();
  return {
    now: () => Math.floor(start + performance.now()),
    sleep: async (millis, signal) => {
      await wait(Math.max(0, millis), undefined, signal === undefined ? {} : { signal }).catch(() => {}); // an abort only ends the wait
    },
  };
}

const RANGE = 2 ** 47;

export const systemRandom: Random = { next: () => randomInt(RANGE) / RANGE };

/** Small seeded generator (mulberry32): the same seed gives the same run of the demo. Returns numbers in [0, 1). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
