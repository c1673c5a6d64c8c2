import type { TimestampMillis, Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";

/**
 * What inventory knows of one order. `released` holds what the last release gave back.
 *
 *   open ──▶ held ──▶ released          open ──▶ rejected
 *     └── release asked first ──▶ released (0 units)
 */
export type Reservation = {
  readonly held: { readonly reservationId: Uuid; readonly units: number } | null;
  readonly rejected: boolean;
  readonly released: { readonly units: number; readonly releasedAt: TimestampMillis } | null;
  /** Pieces taken from and given back to the shelf, for the auditor: over a compensated order both are equal. */
  readonly books: { readonly reserved: number; readonly released: number };
};

export const nothingHeld: Reservation = { held: null, rejected: false, released: null, books: { reserved: 0, released: 0 } };

/** An order is answered once; after a release nothing is held for it any more. */
export function isOpen({ held, rejected, released }: Reservation): boolean {
  return held === null && !rejected && released === null;
}

/** What a release gives back: all that is held, nothing when nothing is. Asked again it repeats its first answer. */
export function releaseOf({ held, released }: Reservation, now: TimestampMillis): NonNullable<Reservation["released"]> {
  return released ?? { units: held?.units ?? 0, releasedAt: now };
}

/** Counts a reservation once by its id; another id counts too, because books that hide a second one would be worthless. */
export function withReserved(state: Reservation, { reservationId, units }: EventPayloads["StockReserved"]): Reservation {
  if (state.held?.reservationId === reservationId) return state;
  const held = { reservationId, units: Number(units) };
  return { ...state, held, books: { ...state.books, reserved: state.books.reserved + held.units } };
}

export function withRejected(state: Reservation): Reservation {
  return { ...state, rejected: true };
}

/** Says what has been given back in all, so a release that repeats the first one counts nothing. */
export function withReleased(state: Reservation, { units, releasedAt }: EventPayloads["StockReleased"]): Reservation {
  const released = { units: Number(units), releasedAt };
  return { ...state, released, books: { ...state.books, released: released.units } };
}
