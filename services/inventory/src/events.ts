import type { EventPayloads } from "@troupe/schemas";

/** What inventory reads and writes. */
export type InventoryEvents = Pick<
  EventPayloads,
  "OrderPlaced" | "StockReserved" | "StockRejected" | "StockReleaseRequested" | "StockReleased"
>;
