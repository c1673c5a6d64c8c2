export type { Reservation } from "./domain/reservation.ts";
export type { InventoryEvents } from "./events.ts";
export { inventory } from "./service.ts";
