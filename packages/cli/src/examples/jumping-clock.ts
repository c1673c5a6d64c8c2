import type { Clock } from "@troupe/kernel";

/** A clock that can be put forward: hours and days of waiting pass at once, sleeping takes as long as it does. */
export type JumpingClock = Clock & { jumpTo(millis: number): void };

export function jumpingClock(clock: Clock): JumpingClock {
  let ahead = 0;
  return {
    now: () => clock.now() + ahead,
    sleep: (millis, signal) => clock.sleep(millis, signal),
    jumpTo(millis) {
      ahead = Math.max(ahead, millis - clock.now());
    },
  };
}
