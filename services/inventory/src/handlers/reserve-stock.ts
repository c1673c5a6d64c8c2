import type { DecideContext, Incoming, Publish } from "@troupe/service-kit";
import { isOpen, type Reservation } from "../domain/reservation.ts";
import { mergeLines, refusalOf, unitsOf } from "../domain/stock-rules.ts";
import type { InventoryEvents } from "../events.ts";

/** An order was placed: hold all of its lines, or none. */
export function reserveStock(
  state: Reservation,
  { payload: { orderId, lines } }: Incoming<InventoryEvents, "OrderPlaced">,
  { now, id }: DecideContext,
): readonly Publish<InventoryEvents>[] {
  if (!isOpen(state)) return [];
  const refusal = refusalOf(lines);
  if (refusal !== undefined) return [{ name: "StockRejected", payload: { orderId, ...refusal, rejectedAt: now } }];
  const units = BigInt(unitsOf(lines));
  const held = { orderId, reservationId: id("reservation"), lines: mergeLines(lines), units, reservedAt: now };
  return [{ name: "StockReserved", payload: held }];
}
