// Generated from schemas/orders/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Decimal, TimestampMillis, Uuid } from "@troupe/kernel";

/** The saga asks orders to confirm the order. */
export type OrderConfirmationRequested = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
};

/** The order stands: paid, reserved and on its way. */
export type OrderConfirmed = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** When it was confirmed. */
  readonly confirmedAt: TimestampMillis;
};

/** A customer placed an order. Starts the saga. */
export type OrderPlaced = {
  /** The order, and the saga's correlation id. */
  readonly orderId: Uuid;
  /** Stable id of the customer. */
  readonly customerId: string;
  /** Who ordered. */
  readonly customer: Customer;
  /** When the order was accepted. */
  readonly placedAt: TimestampMillis;
  /** What was ordered, at least one line. */
  readonly lines: readonly OrderLine[];
  /** Sum of quantity times unit price over the lines. */
  readonly total: Decimal;
  /** Currency of every amount of the order. */
  readonly currency: Currency;
  /** Where the order came from. */
  readonly channel: Channel;
  /** Number of a documented test card; decides what payments does. Personal data. */
  readonly card: string;
  /** Where the parcel goes. */
  readonly shipTo: Address;
  /** What the customer wrote along; null when nothing. */
  readonly note: string | null;
};

/** Who ordered, as known when the order was placed. */
export type Customer = {
  /** Full name. Personal data. */
  readonly name: string;
  /** Where the confirmation goes. Personal data. */
  readonly email: string;
};

/** One article of the order. */
export type OrderLine = {
  /** Article number. */
  readonly sku: string;
  /** Pieces, at least 1. */
  readonly quantity: number;
  /** Price of one piece, in the order's currency. */
  readonly unitPrice: Decimal;
};

/** ISO 4217 codes that the shop takes. */
export type Currency = "EUR" | "USD" | "GBP";

/** Where orders come from. */
export type Channel = "WEB" | "SHOP" | "PHONE";

/** A postal address. */
export type Address = {
  /** Name on the parcel. Personal data. */
  readonly recipient: string;
  /** Street and number. Personal data. */
  readonly street: string;
  /** Postal code as written in the country. */
  readonly postalCode: string;
  /** Town. */
  readonly city: string;
  /** ISO 3166-1 alpha-2 code. */
  readonly country: string;
};
