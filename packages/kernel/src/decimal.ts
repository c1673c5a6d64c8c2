import { TroupeError } from "./errors.ts";
import type { Decimal } from "./logical-types.ts";

const FORM = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** A decimal as an integer of units of 10^-scale. The exact form that Avro puts on the wire. */
export type Unscaled = { readonly unscaled: bigint; readonly scale: number };

/** Reads decimal text exactly. Throws DECIMAL_MALFORMED when the text is not a plain decimal number. */
export function parseDecimal(text: string): Unscaled {
  const match = FORM.exec(text);
  if (match === null) throw new TroupeError("DECIMAL_MALFORMED", { value: text });
  const [, sign, whole = "", fraction = ""] = match;
  const digits = BigInt(whole + fraction);
  return { unscaled: sign === "-" ? -digits : digits, scale: fraction.length };
}

/** Writes `unscaled * 10^-scale` as canonical text with exactly `scale` digits after the point. */
export function formatDecimal({ unscaled, scale }: Unscaled): Decimal {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? "" : `.${digits.slice(-scale)}`;
  return `${unscaled < 0n ? "-" : ""}${whole}${fraction}` as Decimal; // the one place that makes canonical text
}

/** Brings a decimal to `scale` without losing a digit; throws DECIMAL_INEXACT when a non-zero digit would be cut. */
export function rescale(value: Unscaled, scale: number): Unscaled {
  if (scale >= value.scale) return { unscaled: value.unscaled * 10n ** BigInt(scale - value.scale), scale };
  const divisor = 10n ** BigInt(value.scale - scale);
  if (value.unscaled % divisor !== 0n) {
    throw new TroupeError("DECIMAL_INEXACT", { value: formatDecimal(value), scale });
  }
  return { unscaled: value.unscaled / divisor, scale };
}

/** Makes canonical decimal text of `scale` digits from text such as `12.5`. Throws DECIMAL_MALFORMED or DECIMAL_INEXACT. */
export function decimal(text: string, scale: number): Decimal {
  return formatDecimal(rescale(parseDecimal(text), scale));
}

/** Exact sum, at the larger of the two scales. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right] = aligned(a, b);
  return formatDecimal({ unscaled: left.unscaled + right.unscaled, scale: left.scale });
}

/** Exact product with a whole number, e.g. unit price times quantity. */
export function multiplyDecimal(value: Decimal, factor: number): Decimal {
  const { unscaled, scale } = parseDecimal(value);
  return formatDecimal({ unscaled: unscaled * BigInt(factor), scale });
}

/** Exact negation. */
export function negateDecimal(value: Decimal): Decimal {
  const { unscaled, scale } = parseDecimal(value);
  return formatDecimal({ unscaled: -unscaled, scale });
}

/** Negative, zero or positive, exactly. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left.unscaled < right.unscaled ? -1 : left.unscaled > right.unscaled ? 1 : 0;
}

function aligned(a: Decimal, b: Decimal): [Unscaled, Unscaled] {
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const scale = Math.max(left.scale, right.scale);
  return [rescale(left, scale), rescale(right, scale)];
}
