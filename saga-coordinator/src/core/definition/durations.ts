const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const SHORT = /^(\d{1,12})(ms|s|m|h|d)$/;
/** ISO 8601 without years and months, which have no fixed length. */
const ISO = /^P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/;

export const DURATION_FORMS = "250ms, 30s, 5m, 2h, 7d or ISO 8601 such as PT30S";
/** About a hundred years: later instants would leave the range of exact milliseconds sooner or later. */
const LONGEST = 36_525 * 86_400_000;

/** Milliseconds of `30s` or `PT30S`; undefined when the text is no duration, is zero or is longer than a hundred years. */
export function parseDuration(text: string): number | undefined {
  const millis = shortForm(text) ?? isoForm(text);
  return millis === undefined || millis === 0 || millis > LONGEST ? undefined : millis;
}

function shortForm(text: string): number | undefined {
  const [, count, unit] = SHORT.exec(text) ?? [];
  const factor = UNITS.get(unit ?? "");
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

function isoForm(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1, 6).map((part: string | undefined) => Number(part ?? 0));
  const wholeDays = weeks * 7 + days;
  const wholeSeconds = (wholeDays * 24 + hours) * 3600 + minutes * 60 + seconds;
  return wholeSeconds * 1000 + Number((match[6] ?? "").padEnd(3, "0"));
}

/** The shortest exact form of a duration: `90000` gives `90s`. For sentences and for `remains`. */
export function formatDuration(millis: number): string {
  for (const [unit, factor] of [...UNITS].reverse()) {
    if (millis >= factor && millis % factor === 0) return `${millis / factor}${unit}`;
  }
  return `${millis}ms`;
}
