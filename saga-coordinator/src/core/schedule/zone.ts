import { DAY_MILLIS, daysOf } from "./calendar.ts";

/** How far local time is ahead of UTC at an instant, in milliseconds. */
export type OffsetAt = (instant: number) => number;

/** Offsets of an IANA time zone, from the platform's own tables. */
export function offsetsOf(zone: string): OffsetAt {
  if (zone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const),
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const days = daysOf({ year: part("year"), month: part("month"), day: part("day") });
    const local = days * DAY_MILLIS + ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000;
    return local - Math.floor(instant / 1000) * 1000;
  };
}

/**
 * The instant of a local time (milliseconds as if it were UTC). Of a time that the clocks show twice, the first; of one
 * that they skip, the first that is valid after it (rule 17).
 */
export function instantOfLocal(local: number, offsetAt: OffsetAt): number {
  const before = offsetAt(local - DAY_MILLIS);
  const after = offsetAt(local + DAY_MILLIS);
  const valid = [local - before, local - after].filter((instant) => instant + offsetAt(instant) === local);
  if (valid.length > 0) return Math.min(...valid);
  return firstWith(after, { from: local - after, to: local - before, offsetAt });
}

/** When the clocks were put forward: the first instant with the new offset. Exact to the millisecond. */
function firstWith(offset: number, { from, to, offsetAt }: { from: number; to: number; offsetAt: OffsetAt }): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
