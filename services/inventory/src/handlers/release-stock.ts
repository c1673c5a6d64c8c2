import type { DecideContext, Incoming, Publish } from "@troupe/service-kit";
import { type Reservation, releaseOf } from "../domain/reservation.ts";
import type { InventoryEvents } from "../events.ts";

/** The saga gives the stock back. Always answered, also when nothing is held: the saga waits for the answer. */
export function releaseStock(
  state: Reservation,
  { payload: { orderId } }: Incoming<InventoryEvents, "StockReleaseRequested">,
  { now }: DecideContext,
): readonly Publish<InventoryEvents>[] {
  const { units, releasedAt } = releaseOf(state, now);
  return [{ name: "StockReleased", payload: { orderId, units: BigInt(units), releasedAt } }];
}
