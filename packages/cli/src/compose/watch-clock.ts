import type { Clock, Log } from "@troupe/kernel";

const LOOK_EVERY_MILLIS = 5_000;
/** Beyond what two readings and a slewed clock can differ by. */
const TOLERATED_MILLIS = 1_000;

export type ClockWatch = {
  readonly clock: Clock;
  /** The machine's clock, which somebody may set. Milliseconds. */
  readonly wall: () => number;
  readonly log: Log;
};

/**
 * Names it when the machine's clock is set while this process runs: the process counts on from the instant of its start, so what
 * it writes down and what other processes write down are apart from then on (engine rule 10). Said once for each change.
 */
export async function watchClock({ clock, wall, log }: ClockWatch, stopping: AbortSignal): Promise<void> {
  let said = 0;
  while (!stopping.aborted) {
    await clock.sleep(LOOK_EVERY_MILLIS, stopping);
    const apart = wall() - clock.now();
    if (stopping.aborted || Math.abs(apart - said) <= TOLERATED_MILLIS) continue;
    said = apart;
    log.warn({ apartMillis: Math.round(apart) }, sentenceFor(apart));
  }
}

function sentenceFor(apart: number): string {
  if (Math.abs(apart) <= TOLERATED_MILLIS) return "the machine's clock agrees with this process again";
  const seconds = (Math.abs(apart) / 1000).toFixed(0);
  return `the machine's clock is ${seconds} s ${apart > 0 ? "ahead of" : "behind"} this process, which counts on from its start; restart it to take the new time over`;
}
