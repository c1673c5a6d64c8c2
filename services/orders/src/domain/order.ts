import type { TimestampMillis } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";

/** Where an order stands for the customer. `unknown`: not read back from the log yet. */
export type Order = {
  readonly status: "unknown" | "placed" | "confirmed";
  readonly placedAt: TimestampMillis | null;
  readonly confirmedAt: TimestampMillis | null;
};

export const unknownOrder: Order = { status: "unknown", placedAt: null, confirmedAt: null };

/** The first order under an id is the one that counts; one that was confirmed stays confirmed, should its placing be read after that. */
export function withPlaced(state: Order, { placedAt }: EventPayloads["OrderPlaced"]): Order {
  return { ...state, status: state.confirmedAt === null ? "placed" : "confirmed", placedAt: state.placedAt ?? placedAt };
}

export function withConfirmed(state: Order, { confirmedAt }: EventPayloads["OrderConfirmed"]): Order {
  return { ...state, status: "confirmed", confirmedAt };
}

/** When the order became confirmed: asked again, the first time stands. */
export function confirmationTime(state: Order, now: TimestampMillis): TimestampMillis {
  return state.confirmedAt ?? now;
}
