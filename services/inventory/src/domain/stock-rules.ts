import type { EventPayloads } from "@troupe/schemas";

export type RejectReason = EventPayloads["StockRejected"]["reason"];
export type StockLine = EventPayloads["StockReserved"]["lines"][number];
export type Refusal = { readonly sku: string; readonly reason: RejectReason };

/** Pieces of one article that an order may hold. */
export const MOST_OF_ONE_SKU = 1000;
/** The article that is always sold out (docs/test-cards.md). */
export const SOLD_OUT_SKU = "SOLD-OUT";
/** Article numbers that the house has never carried start with this (docs/test-cards.md). */
export const UNKNOWN_SKU_PREFIX = "NO-";

/** One line an article, in the order of first mention: an order that splits an article over lines gets no more of it than one that does not. */
export function mergeLines(lines: readonly StockLine[]): readonly StockLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }));
}

/** Why an order can't be held: its first article that is refused; undefined when all can. */
export function refusalOf(lines: readonly StockLine[]): Refusal | undefined {
  for (const { sku, quantity } of mergeLines(lines)) {
    const reason = refusalReason(sku, quantity);
    if (reason !== undefined) return { sku, reason };
  }
  return undefined;
}

/** Pieces over all lines. Below 2^53: refused orders aside, a line has at most MOST_OF_ONE_SKU. */
export function unitsOf(lines: readonly StockLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}

function refusalReason(sku: string, quantity: number): RejectReason | undefined {
  if (sku.startsWith(UNKNOWN_SKU_PREFIX)) return "UNKNOWN_SKU";
  if (sku === SOLD_OUT_SKU) return "SOLD_OUT";
  return quantity > MOST_OF_ONE_SKU ? "TOO_MANY" : undefined;
}
