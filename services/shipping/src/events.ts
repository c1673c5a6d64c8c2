import type { EventPayloads } from "@troupe/schemas";

/** What shipping reads and writes. */
export type ShippingEvents = Pick<
  EventPayloads,
  "OrderPlaced" | "PaymentCaptured" | "ShipmentDispatched" | "ShipmentRefused" | "ShipmentRecallRequested" | "ShipmentRecalled"
>;
