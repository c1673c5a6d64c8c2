import { formatDecimal, parseDecimal, rescale, type Unscaled } from "@troupe/kernel";

/** A decimal inside CEL: exact, whatever its scale. Data outside is text (kernel's Decimal). */
export class DecimalNumber {
  readonly value: Unscaled;

  constructor(value: Unscaled) {
    this.value = value;
  }

  toString(): string {
    return formatDecimal(this.value);
  }
}

/** Throws DECIMAL_MALFORMED. */
export function decimalFromText(text: string): DecimalNumber {
  return new DecimalNumber(parseDecimal(text));
}

export function decimalFromInt(value: bigint): DecimalNumber {
  return new DecimalNumber({ unscaled: value, scale: 0 });
}

const asDecimal = (value: DecimalNumber | bigint): Unscaled => (typeof value === "bigint" ? { unscaled: value, scale: 0 } : value.value);

type Operand = DecimalNumber | bigint;

function aligned(a: Operand, b: Operand): { readonly left: bigint; readonly right: bigint; readonly scale: number } {
  const [left, right] = [asDecimal(a), asDecimal(b)];
  const scale = Math.max(left.scale, right.scale);
  return { left: rescale(left, scale).unscaled, right: rescale(right, scale).unscaled, scale };
}

/** Negative, zero or positive. */
export function compare(a: Operand, b: Operand): number {
  const { left, right } = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function add(a: Operand, b: Operand): DecimalNumber {
  const { left, right, scale } = aligned(a, b);
  return new DecimalNumber({ unscaled: left + right, scale });
}

export function subtract(a: Operand, b: Operand): DecimalNumber {
  const { left, right, scale } = aligned(a, b);
  return new DecimalNumber({ unscaled: left - right, scale });
}

/** Exact: the scales add up. */
export function multiply(a: Operand, b: Operand): DecimalNumber {
  const [left, right] = [asDecimal(a), asDecimal(b)];
  return new DecimalNumber({ unscaled: left.unscaled * right.unscaled, scale: left.scale + right.scale });
}
