// Generated from schemas/fulfilment/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Uuid } from "@troupe/kernel";

/** An export clerk lets the parcel leave the country. */
export type ExportApproved = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Who. */
  readonly clerk: string;
};

/** An export clerk keeps the parcel in the country. */
export type ExportDenied = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Who. */
  readonly clerk: string;
};

/** Analytics has counted the order. */
export type OrderCounted = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
};

/** What became of a charge: one event for both answers. */
export type PaymentAnswered = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Whether the money was taken. */
  readonly accepted: boolean;
  /** In words. */
  readonly reason: string;
};

/** The saga asks shipping for a parcel. */
export type ShipmentRequested = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Where to, ISO 3166. */
  readonly country: string;
};
