import type { KnownEvent } from "../../../src/core/index.ts";

/** An event as the codec describes it, for tests that need no schema file. */
export function event(name: string, topic: string, fields: readonly string[] = []): KnownEvent {
  return {
    name,
    fullName: `shop.${topic}.${name}`,
    context: topic,
    topic,
    keyField: "orderId",
    correlateField: "orderId",
    fields: ["orderId", ...fields],
    requiredFields: ["orderId", ...fields],
    piiFields: [],
  };
}

/** The events of the order saga, as their schemas have them. */
export const ORDER_EVENTS: readonly KnownEvent[] = [
  event("OrderPlaced", "orders", ["customerId", "customer", "placedAt", "lines", "total", "currency", "channel", "card", "shipTo"]),
  event("OrderConfirmationRequested", "orders"),
  event("OrderConfirmed", "orders", ["confirmedAt"]),
  event("StockReserved", "inventory", ["reservationId", "lines", "units", "reservedAt"]),
  event("StockRejected", "inventory", ["sku", "reason", "rejectedAt"]),
  event("StockReleaseRequested", "inventory"),
  event("StockReleased", "inventory", ["units", "releasedAt"]),
  event("PaymentCaptured", "payments", ["paymentId", "amount", "currency", "capturedAt"]),
  event("PaymentDeclined", "payments", ["reason", "declinedAt"]),
  event("RefundRequested", "payments", ["amount", "currency"]),
  event("PaymentRefunded", "payments", ["amount", "refundedAt"]),
  event("ShipmentDispatched", "shipping", ["parcelId", "trackingNumber", "dispatchedAt", "expectedOn"]),
  event("ShipmentRefused", "shipping", ["reason", "refusedAt"]),
  event("ShipmentRecallRequested", "shipping"),
  event("ShipmentRecalled", "shipping", ["recalledAt"]),
];
