import { decimal } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import { NOW, type Told, uuid } from "./service-spec.ts";

type Name = keyof EventPayloads;

export const ORDER = uuid("order");
export const ORDINARY_CARD = "4242424242424242";
export const TOTAL = decimal("25.00", 2);

const placed: EventPayloads["OrderPlaced"] = {
  orderId: ORDER,
  customerId: "c-1",
  customer: { name: "Ada Lovelace", email: "ada@example.org" },
  placedAt: NOW,
  lines: [{ sku: "TEA-1", quantity: 2, unitPrice: decimal("12.50", 2) }],
  total: TOTAL,
  currency: "EUR",
  channel: "WEB",
  card: ORDINARY_CARD,
  shipTo: { recipient: "Ada Lovelace", street: "Main Street 1", postalCode: "10115", city: "Berlin", country: "DE" },
  note: null,
};

/** One event under its own message id; `id` makes a second message of the same content. */
export function event<N extends Name>(name: N, payload: EventPayloads[N], id: string = name): Told {
  return { name, payload, id: uuid("message", id) } as Told; // name and payload belong together by the signature
}

export const orderPlaced = (changes: Partial<EventPayloads["OrderPlaced"]> = {}): Told => event("OrderPlaced", { ...placed, ...changes });

/** An order of articles with these quantities. */
export const orderOf = (quantities: { readonly [sku: string]: number }): Told =>
  orderPlaced({ lines: Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity, unitPrice: decimal("1", 2) })) });

export const stockReserved = (id?: string): Told =>
  event(
    "StockReserved",
    { orderId: ORDER, reservationId: uuid("reservation"), lines: [{ sku: "TEA-1", quantity: 2 }], units: 2n, reservedAt: NOW },
    id,
  );

export const paymentCaptured = (id?: string): Told =>
  event("PaymentCaptured", { orderId: ORDER, paymentId: uuid("payment"), amount: TOTAL, currency: "EUR", capturedAt: NOW }, id);

export const releaseRequested = (id?: string): Told => event("StockReleaseRequested", { orderId: ORDER }, id);
export const refundRequested = (id?: string): Told => event("RefundRequested", { orderId: ORDER, amount: TOTAL, currency: "EUR" }, id);
export const recallRequested = (id?: string): Told => event("ShipmentRecallRequested", { orderId: ORDER }, id);
export const confirmationRequested = (id?: string): Told => event("OrderConfirmationRequested", { orderId: ORDER }, id);
