import { cronSets } from "../definition/cron-text.ts";
import { DAY_MILLIS, dateOf } from "./calendar.ts";
import { instantOfLocal, offsetsOf } from "./zone.ts";

/** The first instant of a schedule after another one; undefined when there is none in the next nine years. */
export type NextInstant = (after: number) => number | undefined;

/** 29 February may be eight years away. */
const DAYS_AHEAD = 9 * 366;
const HOUR = 3_600_000;

/** `cron` has five fields as in crontab(5): where day and weekday are both restricted, either of them is enough. */
export function nextInstantOf(cron: string, zone: string): NextInstant {
  const [minutes, hours, days, months, weekdays] = cronSets(cron).map((set) => [...set].sort((a, b) => a - b));
  const offsetAt = offsetsOf(zone);
  const [, , dayText = "*", , weekdayText = "*"] = cron.trim().split(/\s+/);
  const either = !dayText.startsWith("*") && !weekdayText.startsWith("*");
  const isDay = (count: number): boolean => {
    const { month, day, weekday } = dateOf(count);
    if (months?.includes(month) !== true) return false;
    const [byDay, byWeekday] = [days?.includes(day) === true, weekdays?.includes(weekday) === true];
    return either ? byDay || byWeekday : byDay && byWeekday;
  };
  const times = (hours ?? []).flatMap((hour) => (minutes ?? []).map((minute) => hour * HOUR + minute * 60_000));
  return (after) => {
    const local = after + offsetAt(after);
    const today = Math.floor(local / DAY_MILLIS);
    for (let day = today - 1; day <= today + DAYS_AHEAD; day++) {
      if (!isDay(day)) continue;
      for (const time of times) {
        const candidate = day * DAY_MILLIS + time;
        if (candidate < local - 4 * HOUR) continue; // no change of the clocks is that large
        const instant = instantOfLocal(candidate, offsetAt);
        if (instant > after) return instant;
      }
    }
    return undefined;
  };
}
