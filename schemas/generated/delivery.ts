// Generated from schemas/delivery/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Uuid } from "@troupe/kernel";

/** A parcel of a load is to be delivered. Starts the sub-saga. */
export type DeliveryStarted = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};

/** The saga asks to hand the parcel to the carrier. */
export type ParcelHandOverRequested = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};

/** The carrier has the parcel. */
export type ParcelHandedOver = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};

/** The carrier does not take the parcel. */
export type ParcelRefused = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};

/** The saga asks for the parcel back. */
export type ParcelReturnRequested = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};

/** The parcel is back, or was never handed over. */
export type ParcelReturned = {
  /** The load whose parcel it is, and the saga's correlation id. */
  readonly loadId: Uuid;
};
