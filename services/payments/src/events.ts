import type { EventPayloads } from "@troupe/schemas";

/** What payments reads and writes. */
export type PaymentsEvents = Pick<
  EventPayloads,
  "OrderPlaced" | "StockReserved" | "PaymentCaptured" | "PaymentDeclined" | "RefundRequested" | "PaymentRefunded"
>;
