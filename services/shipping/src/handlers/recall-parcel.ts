import type { DecideContext, Incoming, Publish } from "@troupe/service-kit";
import { type Parcel, recallOf } from "../domain/parcel.ts";
import type { ShippingEvents } from "../events.ts";

/** The saga calls the parcel back. Always answered, also when none was sent: the saga waits for the answer. */
export function recallParcel(
  state: Parcel,
  { payload: { orderId } }: Incoming<ShippingEvents, "ShipmentRecallRequested">,
  { now }: DecideContext,
): readonly Publish<ShippingEvents>[] {
  return [{ name: "ShipmentRecalled", payload: { orderId, ...recallOf(state, now) } }];
}
