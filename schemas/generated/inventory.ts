// Generated from schemas/inventory/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { TimestampMillis, Uuid } from "@troupe/kernel";

/** The order can't be held in stock; nothing is held. */
export type StockRejected = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** First article that can't be held. */
  readonly sku: string;
  /** Why not. */
  readonly reason: RejectReason;
  /** When it was rejected. */
  readonly rejectedAt: TimestampMillis;
};

/** Why stock can't be held. */
export type RejectReason = "SOLD_OUT" | "TOO_MANY" | "UNKNOWN_SKU";

/** The saga asks inventory to release what it holds for the order. */
export type StockReleaseRequested = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
};

/** Nothing is held for the order any more. */
export type StockReleased = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Pieces given back; 0 when none had been held. */
  readonly units: bigint;
  /** When they were given back. */
  readonly releasedAt: TimestampMillis;
};

/** Every line of the order is held in stock. */
export type StockReserved = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** The reservation. */
  readonly reservationId: Uuid;
  /** What is held, line by line. */
  readonly lines: readonly ReservedLine[];
  /** Pieces held over all lines. */
  readonly units: bigint;
  /** When they were held. */
  readonly reservedAt: TimestampMillis;
};

/** Pieces held of one article. */
export type ReservedLine = {
  /** Article number. */
  readonly sku: string;
  /** Pieces held, at least 1. */
  readonly quantity: number;
};
