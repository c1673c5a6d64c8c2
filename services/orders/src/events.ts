import type { EventPayloads } from "@troupe/schemas";

/** What orders reads and writes. */
export type OrdersEvents = Pick<EventPayloads, "OrderPlaced" | "OrderConfirmationRequested" | "OrderConfirmed">;
