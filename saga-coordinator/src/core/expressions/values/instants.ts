/** Microseconds of an instant that came in with them; whatever CEL computes has milliseconds. */
const MICROS: unique symbol = Symbol("microseconds");
type Instant = { readonly getTime: () => number; readonly toISOString: () => string; readonly [MICROS]?: bigint };

/** A timestamp inside CEL, from milliseconds (number) or microseconds (bigint) since the epoch. Reads no clock. */
export function instantOf(value: number | bigint): object {
  if (typeof value === "number") return new Date(value);
  return Object.assign(new Date(Number(value / 1000n)), { [MICROS]: value });
}

export function isInstant(value: unknown): value is Instant {
  return Object.prototype.toString.call(value) === "[object Date]";
}

export const millisOf = (instant: Instant): number => instant.getTime();
export const microsOf = (instant: Instant): bigint => instant[MICROS] ?? BigInt(instant.getTime()) * 1000n;
export const hasMicros = (instant: Instant): boolean => instant[MICROS] !== undefined;
export const textOf = (instant: Instant): string => instant.toISOString();
