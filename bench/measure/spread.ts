/** The middle of some rounds with the lowest and the highest: a single figure says nothing on a machine that others use. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number };

/** Of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** `512 (480 to 530)`; one round alone has no spread to show. */
export function spreadText({ median, min, max }: Spread, digits = 0): string {
  const text = (value: number): string => value.toFixed(digits);
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}
