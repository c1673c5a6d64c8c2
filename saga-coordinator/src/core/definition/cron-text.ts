/** The five fields of a cron expression: least, most, and names that stand for numbers. */
const FIELDS = [
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day", min: 1, max: 31, names: [] },
  { name: "month", min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { name: "weekday", min: 0, max: 7, names: "sun mon tue wed thu fri sat".split(" ") },
] as const satisfies readonly CronField[];
type CronField = { readonly name: string; readonly min: number; readonly max: number; readonly names: readonly string[] };

const PART = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d{1,2}))?$/;
/** February has them in leap years, so only these never come. */
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Why a text is no cron expression (minute hour day month weekday, as in crontab(5)); undefined when it is one. */
export function whyNoCron(text: string): string | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/);
  if (parts.length !== FIELDS.length) return `it has ${parts.length} fields`;
  for (const [at, field] of FIELDS.entries()) {
    const bad = (parts[at] ?? "").split(",").find((part) => !isPart(part, field));
    if (bad !== undefined) return `\`${bad}\` is no ${field.name}, ${field.min} to ${field.max}`;
  }
  return neverComes(parts) ? "that day never comes" : undefined;
}

function isPart(part: string, field: CronField): boolean {
  const match = PART.exec(part);
  if (match === null) return false;
  const [, from, to, every] = match;
  if (every !== undefined && Number(every) < 1) return false;
  if (from === undefined) return true;
  const [least, most] = [numberOf(from, field), to === undefined ? undefined : numberOf(to, field)];
  if (least === undefined || (to !== undefined && most === undefined)) return false;
  return most === undefined || least <= most;
}

function numberOf(text: string, { min, max, names }: CronField): number | undefined {
  const named = names.indexOf(text);
  const number = named >= 0 ? named + min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

/** `0 0 30 2 *`: a day alone, in months that do not have it. */
function neverComes([, , day = "*", month = "*", weekday = "*"]: readonly string[]): boolean {
  if (weekday !== "*" || !/^\d+(,\d+)*$/.test(day) || !/^\d+(,\d+)*$/.test(month)) return false;
  const longest = Math.max(...month.split(",").map((one) => LONGEST_MONTH[Number(one) - 1] ?? 31));
  return day.split(",").every((one) => Number(one) > longest);
}

/** Whether it is a time zone that the platform knows. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The numbers that each field of a valid expression allows: minutes, hours, days, months, weekdays (Sunday is 0). */
export function cronSets(text: string): readonly ReadonlySet<number>[] {
  const parts = text.trim().toLowerCase().split(/\s+/);
  return FIELDS.map((field, at) => {
    const numbers = (parts[at] ?? "*").split(",").flatMap((part) => numbersOf(part, field));
    return new Set(field.name === "weekday" ? numbers.map((number) => number % 7) : numbers);
  });
}

function numbersOf(part: string, field: CronField): readonly number[] {
  const [, first, last, every] = PART.exec(part) ?? [];
  const from = first === undefined ? field.min : (numberOf(first, field) ?? field.min);
  // `5/10` goes on to the end of the field, `5` is itself.
  const alone = first !== undefined && every === undefined ? from : field.max;
  const to = last === undefined ? alone : (numberOf(last, field) ?? field.max);
  const step = Number(every ?? 1);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
}
