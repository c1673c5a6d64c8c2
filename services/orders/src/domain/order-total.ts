import { addDecimals, compareDecimals, type Decimal, decimal, multiplyDecimal, TroupeError } from "@troupe/kernel";

/** Largest amount that the event takes: twelve digits, two of them after the point. */
export const LARGEST_AMOUNT: Decimal = decimal("9999999999.99", 2);

export type PricedLine = { readonly quantity: number; readonly unitPrice: Decimal };

/** Sum of quantity times unit price, exactly. Throws REQUEST_INVALID when it is larger than the event takes. */
export function orderTotal(lines: readonly PricedLine[]): Decimal {
  const total = lines.reduce((sum, { quantity, unitPrice }) => addDecimals(sum, multiplyDecimal(unitPrice, quantity)), decimal("0", 2));
  if (compareDecimals(total, LARGEST_AMOUNT) > 0) {
    throw new TroupeError("REQUEST_INVALID", {
      field: "lines",
      found: `an order of ${total} in total`,
      allowed: `at most ${LARGEST_AMOUNT} in total`,
    });
  }
  return total;
}
