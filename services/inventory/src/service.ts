import { defineService } from "@troupe/service-kit";
import { nothingHeld, type Reservation, withRejected, withReleased, withReserved } from "./domain/reservation.ts";
import type { InventoryEvents } from "./events.ts";
import { releaseStock } from "./handlers/release-stock.ts";
import { reserveStock } from "./handlers/reserve-stock.ts";

/** Holds stock for orders. An entity through and through: nothing outside is called, so every decision is a pure function. */
export const inventory = defineService<InventoryEvents, Reservation>({
  name: "inventory",
  publishes: ["StockReserved", "StockRejected", "StockReleased"],
  entity: {
    initial: nothingHeld,
    decide: { OrderPlaced: reserveStock, StockReleaseRequested: releaseStock },
    evolve: { StockReserved: withReserved, StockRejected: withRejected, StockReleased: withReleased },
  },
  effects: {
    reservation: { do: ["OrderPlaced"], done: ["StockReserved"], undo: ["StockReleaseRequested"] },
  },
});
