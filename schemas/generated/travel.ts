// Generated from schemas/travel/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Decimal, TimestampMillis, Uuid } from "@troupe/kernel";

/** A car is booked. */
export type CarBooked = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** The booking of the car. */
  readonly reference: string;
};

/** The saga asks for a car. */
export type CarBookingRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Where to. */
  readonly to: string;
};

/** The saga gives the car back. */
export type CarCancellationRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The car is given back, or was never booked. */
export type CarCancelled = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** No car could be booked; nothing is held. */
export type CarUnavailable = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Why not. */
  readonly reason: string;
};

/** A flight is booked. */
export type FlightBooked = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** The booking of the flight. */
  readonly reference: string;
};

/** The saga asks for a flight. */
export type FlightBookingRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Where to. */
  readonly to: string;
};

/** The saga gives the flight back. */
export type FlightCancellationRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The flight is given back, or was never booked. */
export type FlightCancelled = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** No flight could be booked; nothing is held. */
export type FlightUnavailable = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Why not. */
  readonly reason: string;
};

/** A hotel is booked. */
export type HotelBooked = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** The booking of the hotel. */
  readonly reference: string;
};

/** The saga asks for a hotel. */
export type HotelBookingRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Where to. */
  readonly to: string;
};

/** The saga gives the hotel back. */
export type HotelCancellationRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The hotel is given back, or was never booked. */
export type HotelCancelled = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** No hotel could be booked; nothing is held. */
export type HotelUnavailable = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Why not. */
  readonly reason: string;
};

/** The trip does without an insurance. */
export type InsuranceRefused = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga gives an insurance back. */
export type InsuranceReleaseRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has an insurance no more. */
export type InsuranceReleased = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga asks for an insurance. */
export type InsuranceRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has an insurance. */
export type InsuranceReserved = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip does without the lounge. */
export type LoungeRefused = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga gives the lounge back. */
export type LoungeReleaseRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has the lounge no more. */
export type LoungeReleased = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga asks for the lounge. */
export type LoungeRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has the lounge. */
export type LoungeReserved = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip does without a seat. */
export type SeatRefused = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga gives a seat back. */
export type SeatReleaseRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has a seat no more. */
export type SeatReleased = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga asks for a seat. */
export type SeatRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The trip has a seat. */
export type SeatReserved = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
};

/** The saga asks to confirm the trip to the traveller. */
export type TripConfirmationRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Booking of the flight. */
  readonly flight: string;
};

/** The traveller knows: from here on nothing is given back. */
export type TripConfirmed = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** When. */
  readonly confirmedAt: TimestampMillis;
};

/** A customer asked for a trip. Starts the saga. */
export type TripRequested = {
  /** The trip, and the saga's correlation id. */
  readonly tripId: Uuid;
  /** Stable id of the traveller. */
  readonly traveller: string;
  /** Airport of departure. */
  readonly from: string;
  /** Airport of arrival. */
  readonly to: string;
  /** What the traveller pays for all of it. */
  readonly price: Decimal;
  /** When it was asked for. */
  readonly requestedAt: TimestampMillis;
};
