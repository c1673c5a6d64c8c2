// Generated from schemas/payments/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Decimal, TimestampMillis, Uuid } from "@troupe/kernel";

/** The customer's card was charged. */
export type PaymentCaptured = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** The payment. */
  readonly paymentId: Uuid;
  /** What was charged. */
  readonly amount: Decimal;
  /** Currency of the amount. */
  readonly currency: Currency;
  /** When it was charged. */
  readonly capturedAt: TimestampMillis;
};

/** ISO 4217 codes that the shop takes. */
export type Currency = "EUR" | "USD" | "GBP";

/** The card was not charged. */
export type PaymentDeclined = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Why not. */
  readonly reason: DeclineReason;
  /** When it was declined. */
  readonly declinedAt: TimestampMillis;
};

/** Why a card is declined. */
export type DeclineReason = "INSUFFICIENT_FUNDS" | "CARD_EXPIRED" | "SUSPECTED_FRAUD";

/** The customer has the money back; a later charge for this order is refused. */
export type PaymentRefunded = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** The payment that was refunded; null when nothing had been captured. */
  readonly paymentId: Uuid | null;
  /** What was given back; 0.00 when nothing had been captured. */
  readonly amount: Decimal;
  /** When it was given back. */
  readonly refundedAt: TimestampMillis;
};

/** The saga asks payments to give the money back. */
export type RefundRequested = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** What to give back. */
  readonly amount: Decimal;
  /** Currency of the amount. */
  readonly currency: Currency;
};
