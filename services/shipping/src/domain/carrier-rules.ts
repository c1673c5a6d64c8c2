import type { CalendarDate, TimestampMillis, Uuid } from "@troupe/kernel";

/** The postal code that no carrier serves (docs/test-cards.md). */
export const UNSERVED_POSTAL_CODE = "00000";

const TRANSIT_DAYS = 2;
const DAY_MILLIS = 86_400_000;

/** Why the carrier does not take a parcel, as a sentence; undefined when it does. */
export function refusalReason(postalCode: string): string | undefined {
  return postalCode === UNSERVED_POSTAL_CODE ? `No carrier serves the postal code ${postalCode}.` : undefined;
}

/** Number under which the carrier knows the parcel: `TR` and the last 12 digits of its id, so the same parcel has one number. */
export function trackingNumber(parcelId: Uuid): string {
  return `TR${parcelId.slice(-12).toUpperCase()}`;
}

/** Day of arrival, in UTC: two days after the parcel left. */
export function expectedOn(dispatchedAt: TimestampMillis): CalendarDate {
  return new Date(dispatchedAt + TRANSIT_DAYS * DAY_MILLIS).toISOString().slice(0, 10) as CalendarDate; // ISO text begins with the day
}
