import type { DecideContext, Incoming, Publish } from "@troupe/service-kit";
import { confirmationTime, type Order } from "../domain/order.ts";
import type { OrdersEvents } from "../events.ts";

/** The saga is through with everything that could fail. */
export function confirmOrder(
  state: Order,
  { payload: { orderId } }: Incoming<OrdersEvents, "OrderConfirmationRequested">,
  { now }: DecideContext,
): readonly Publish<OrdersEvents>[] {
  return [{ name: "OrderConfirmed", payload: { orderId, confirmedAt: confirmationTime(state, now) } }];
}
