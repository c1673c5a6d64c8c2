// Generated from schemas/shipping/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { CalendarDate, TimestampMillis, Uuid } from "@troupe/kernel";

/** The parcel left the house. */
export type ShipmentDispatched = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** The parcel. */
  readonly parcelId: Uuid;
  /** Number under which the carrier knows it. */
  readonly trackingNumber: string;
  /** When it left. */
  readonly dispatchedAt: TimestampMillis;
  /** Day on which it should arrive. */
  readonly expectedOn: CalendarDate;
};

/** The saga asks shipping to call the parcel back. */
export type ShipmentRecallRequested = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
};

/** No parcel of the order is on its way; a later dispatch for this order is refused. */
export type ShipmentRecalled = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** The parcel that was called back; null when none had been sent. */
  readonly parcelId: Uuid | null;
  /** When it was called back. */
  readonly recalledAt: TimestampMillis;
};

/** The parcel can't be sent. */
export type ShipmentRefused = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Why not, as a sentence. */
  readonly reason: string;
  /** When it was refused. */
  readonly refusedAt: TimestampMillis;
};
