import { defineService } from "@troupe/service-kit";
import { type Order, unknownOrder, withConfirmed, withPlaced } from "./domain/order.ts";
import type { OrdersEvents } from "./events.ts";
import { confirmOrder } from "./handlers/confirm-order.ts";
import { placeOrder } from "./handlers/place-order.ts";

/** Takes orders in over HTTP and tells the customer's side of them. The read side is the saga API: there is no second one here. */
export const orders = defineService<OrdersEvents, Order>({
  name: "orders",
  publishes: ["OrderConfirmed"],
  entity: {
    initial: unknownOrder,
    decide: { OrderConfirmationRequested: confirmOrder },
    evolve: { OrderPlaced: withPlaced, OrderConfirmed: withConfirmed },
  },
  http: [placeOrder],
});
