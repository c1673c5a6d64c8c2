import type { EventPayloads } from "@troupe/schemas";

export type DeclineReason = EventPayloads["PaymentDeclined"]["reason"];

/**
 * What the card network does with a card.
 * `captured`: the money is taken at once, and one notice of it comes after each of `noticesAfterMillis`.
 * `silent`: taken for processing, and never heard of again; no money moves.
 */
export type CardRule =
  | { readonly kind: "captured"; readonly noticesAfterMillis: readonly number[] }
  | { readonly kind: "declined"; readonly reason: DeclineReason }
  | { readonly kind: "silent" };

export const LATE_NOTICE_MILLIS = 15_000;

const ORDINARY: CardRule = { kind: "captured", noticesAfterMillis: [0] };

/** The documented test cards (docs/test-cards.md has the same table). */
export const TEST_CARDS: { readonly [card: string]: CardRule } = {
  "4000000000000002": { kind: "declined", reason: "INSUFFICIENT_FUNDS" },
  "4000000000000069": { kind: "declined", reason: "CARD_EXPIRED" },
  "4100000000000019": { kind: "declined", reason: "SUSPECTED_FRAUD" },
  "4000000000000259": { kind: "silent" },
  "4000000000000341": { kind: "captured", noticesAfterMillis: [LATE_NOTICE_MILLIS] },
  "4000000000000408": { kind: "captured", noticesAfterMillis: [0, 0] },
};

/** The rule of a card; every card that is not in the table is captured. */
export function cardRule(card: string): CardRule {
  return Object.hasOwn(TEST_CARDS, card) ? (TEST_CARDS[card] ?? ORDINARY) : ORDINARY;
}
