import type { Uuid } from "@troupe/kernel";
import { refusalReason, trackingNumber } from "../domain/carrier-rules.ts";
import type { Address } from "../domain/parcel.ts";

export type DispatchRequest = {
  readonly shipTo: Address;
  /** The same key is the same parcel, however often it is sent. */
  readonly idempotencyKey: string;
  readonly parcelId: Uuid;
  readonly signal: AbortSignal;
};

export type DispatchAnswer =
  | { readonly kind: "dispatched"; readonly trackingNumber: string }
  | { readonly kind: "refused"; readonly reason: string };

/** What shipping needs of a carrier. Rejects when it can't be reached: the dispatch is tried again under the same key. */
export type Carrier = { dispatch(request: DispatchRequest): Promise<DispatchAnswer> };

/** A stand-in that takes every parcel but those for the unserved postal code. Its answer follows from the request, so it is idempotent without memory. */
export const simulatedCarrier: Carrier = {
  async dispatch({ shipTo, parcelId, signal }) {
    signal.throwIfAborted();
    const reason = refusalReason(shipTo.postalCode);
    return reason === undefined ? { kind: "dispatched", trackingNumber: trackingNumber(parcelId) } : { kind: "refused", reason };
  },
};
