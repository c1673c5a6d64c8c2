import type { TimestampMillis, Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";

export type Address = EventPayloads["OrderPlaced"]["shipTo"];

/**
 * What shipping knows of one order. OrderPlaced (where to) and PaymentCaptured (now) come over two topics in any order;
 * both are remembered, and whichever comes second sends the parcel.
 */
export type Parcel = {
  /** Forgotten once the parcel is settled: an address is personal data. */
  readonly shipTo: Address | null;
  readonly paid: boolean;
  readonly dispatched: { readonly parcelId: Uuid } | null;
  readonly refused: boolean;
  readonly recall: { readonly parcelId: Uuid | null; readonly recalledAt: TimestampMillis } | null;
  /** Parcels sent and called back, for the auditor: over a compensated order both are equal. */
  readonly books: { readonly dispatched: number; readonly recalled: number };
};

export const nothingSent: Parcel = {
  shipTo: null,
  paid: false,
  dispatched: null,
  refused: false,
  recall: null,
  books: { dispatched: 0, recalled: 0 },
};

const isSettled = ({ dispatched, refused, recall }: Parcel): boolean => dispatched !== null || refused || recall !== null;

/** Where a parcel is to go now; undefined while something is missing, and once all is settled: then there is no address any more. */
export function destination({ paid, shipTo }: Parcel): Address | undefined {
  return paid && shipTo !== null ? shipTo : undefined;
}

/**
 * What a recall calls back; no parcel when none was sent. Asked again it repeats its first answer, unless that
 * called nothing back and a parcel was sent since.
 */
export function recallOf({ dispatched, recall }: Parcel, now: TimestampMillis): NonNullable<Parcel["recall"]> {
  if (recall !== null && (recall.parcelId !== null || dispatched === null)) return recall;
  return { parcelId: dispatched?.parcelId ?? null, recalledAt: now };
}

/** The first order under an id is the one that counts. */
export function withAddress(state: Parcel, { shipTo }: EventPayloads["OrderPlaced"]): Parcel {
  return { ...state, shipTo: isSettled(state) ? null : (state.shipTo ?? shipTo) };
}

export function withPaid(state: Parcel): Parcel {
  return { ...state, paid: true };
}

/** Counts a parcel once by its id; another id counts too, because books that hide a second parcel would be worthless. */
export function withDispatched(state: Parcel, { parcelId }: EventPayloads["ShipmentDispatched"]): Parcel {
  if (state.dispatched?.parcelId === parcelId) return state;
  return { ...state, shipTo: null, dispatched: { parcelId }, books: { ...state.books, dispatched: state.books.dispatched + 1 } };
}

export function withRefused(state: Parcel): Parcel {
  return { ...state, shipTo: null, refused: true };
}

/** Counts a recall once by its parcel; one that repeats an earlier answer, or found no parcel, counts nothing. */
export function withRecalled(state: Parcel, { parcelId, recalledAt }: EventPayloads["ShipmentRecalled"]): Parcel {
  if (state.recall !== null && state.recall.parcelId === parcelId) return state;
  const recalled = state.books.recalled + (parcelId === null ? 0 : 1);
  return { ...state, shipTo: null, recall: { parcelId, recalledAt }, books: { ...state.books, recalled } };
}
