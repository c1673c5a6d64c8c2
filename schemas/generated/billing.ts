// Generated from schemas/billing/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Decimal, TimestampMillis } from "@troupe/kernel";

/** The provider took the order and will tell under its own id. */
export type ChargeAccepted = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** The provider's own id of the charge. */
  readonly chargeRef: string;
};

/** The provider refused; nothing is charged. */
export type ChargeRejected = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** Why. */
  readonly reason: string;
};

/** The saga asks the payment provider for the money. */
export type ChargeRequested = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** How much. */
  readonly amount: Decimal;
};

/** The saga asks the provider to take the charge back. */
export type ChargeReversalRequested = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
};

/** The charge is taken back, or was never made. */
export type ChargeReversed = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
};

/** The saga extends the subscription. */
export type ExtensionRequested = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
};

/** The invoice can't be written. */
export type InvoiceFailed = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** Why not. */
  readonly reason: string;
};

/** The saga asks for the invoice of the period. */
export type InvoiceRequested = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
};

/** How far the invoice is. */
export type InvoiceStatus = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** Whether it is still being written. */
  readonly pending: boolean;
  /** What it says; 0.00 while it is pending. */
  readonly amount: Decimal;
};

/** A period begins: the subscription is to be renewed. Starts the saga. */
export type RenewalDue = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** The scheduled instant. */
  readonly dueAt: TimestampMillis;
};

/** The subscription runs for another period. */
export type SubscriptionExtended = {
  /** The renewal, one per period, and the saga's correlation id. */
  readonly renewalId: string;
  /** Until when. */
  readonly until: TimestampMillis;
};
