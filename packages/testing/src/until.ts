import { setTimeout as wait } from "node:timers/promises";

export type UntilOptions = {
  /** Milliseconds of real time; default 20,000, since a Kafka group needs seconds to settle. */
  readonly timeoutMs?: number;
  /** What is awaited, for the message when it does not come. */
  readonly what: string;
};

/**
 * Waits until `condition` gives something other than false, null or undefined, and returns that.
 * Rejects with `what` in its message when the time is up, or with what the condition threw.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 20_000, what }: UntilOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await condition();
    if (holds(found)) return found;
    if (performance.now() >= end) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}.`);
    await wait(5);
  }
}

function holds<T>(found: T): found is Exclude<T, false | null | undefined> {
  return found !== false && found !== null && found !== undefined;
}
