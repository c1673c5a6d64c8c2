import type { NextInstant } from "./next-instant.ts";

/** One schedule per tenant and definition (rule 17), driven by the active version. Times in milliseconds since the epoch. */
export type ScheduleState = {
  readonly cron: string;
  readonly zone: string;
  /** Undefined once the schedule has no instant left. */
  readonly nextAt?: number;
};
export type ScheduleFact = { readonly kind: "activated" } | { readonly kind: "due" };
export type CronOf = { readonly cron: string; readonly zone: string; readonly missed: "latest" | "all"; readonly next: NextInstant };

/** Starts that one fact makes up for at most; the rest follows with the next. */
export const TICKS_LIMIT = 100;

/** Folds one fact: `ticks` are the scheduled instants whose start is to be emitted now. Pure. */
export function reactSchedule(
  schedule: CronOf,
  state: ScheduleState | undefined,
  { fact, now }: { readonly fact: ScheduleFact; readonly now: number },
): { readonly state: ScheduleState; readonly ticks: readonly number[] } {
  const { cron, zone } = schedule;
  const isSame = state !== undefined && state.cron === cron && state.zone === zone;
  if (!isSame) return { state: planned(schedule, now), ticks: [] };
  const { nextAt } = state;
  if (fact.kind === "activated" || nextAt === undefined || nextAt > now) return { state, ticks: [] };
  const ticks = schedule.missed === "all" ? missedSince(schedule.next, { nextAt, now }) : [latestSince(schedule.next, { nextAt, now })];
  return { state: planned(schedule, ticks.at(-1) ?? now), ticks };
}

function planned({ cron, zone, next }: CronOf, after: number): ScheduleState {
  const nextAt = next(after);
  return nextAt === undefined ? { cron, zone } : { cron, zone, nextAt };
}

type Span = { readonly nextAt: number; readonly now: number };

function missedSince(next: NextInstant, { nextAt, now }: Span): readonly number[] {
  const ticks: number[] = [];
  for (let at: number | undefined = nextAt; at !== undefined && at <= now && ticks.length < TICKS_LIMIT; at = next(at)) ticks.push(at);
  return ticks;
}

const HOUR = 3_600_000;

/** The last instant that is not after now, looked for in growing windows: years of a schedule by the minute are never walked. */
function latestSince(next: NextInstant, { nextAt, now }: Span): number {
  for (const hours of [1, 24, 32 * 24, 366 * 24]) {
    const from = Math.max(nextAt - 1, now - hours * HOUR);
    let latest: number | undefined;
    for (let at = next(from); at !== undefined && at <= now; at = next(at)) latest = at;
    if (latest !== undefined) return latest;
  }
  return nextAt;
}
