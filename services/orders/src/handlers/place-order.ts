import { decimal, type Json, type TimestampMillis, type Uuid } from "@troupe/kernel";
import type { HttpStart, Publish } from "@troupe/service-kit";
import { orderTotal } from "../domain/order-total.ts";
import type { OrdersEvents } from "../events.ts";
import { orderAccepted, type PlaceOrderBody, placeOrderBody } from "./place-order-body.ts";

type Context = { readonly now: TimestampMillis; readonly id: (label: string) => Uuid };

/** POST /orders: the order is on the log before the caller hears of it, and everything else follows from there. */
export const placeOrder: HttpStart<OrdersEvents> = {
  method: "POST",
  path: "/orders",
  summary: "Place an order",
  body: placeOrderBody,
  accepted: orderAccepted,
  businessId: (body) => ownId(validated(body)),
  decide: (body: Json, { now, id }: Context) => {
    const order = validated(body);
    const orderId = ownId(order) ?? id("order");
    const saga = `/v1/sagas/orderFulfilment/${orderId}`;
    return { publish: orderPlaced(order, orderId, now), answer: { orderId, saga }, location: saga };
  },
};

const validated = (body: Json): PlaceOrderBody => body as PlaceOrderBody; // the kit has checked it against placeOrderBody

/** The caller's own id of the order, in the lower case that the event wants. */
const ownId = ({ orderId }: PlaceOrderBody): Uuid | undefined => orderId?.toLowerCase() as Uuid | undefined; // a UUID by the schema's pattern

function orderPlaced(order: PlaceOrderBody, orderId: Uuid, placedAt: TimestampMillis): Publish<OrdersEvents> {
  const lines = order.lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice: decimal(unitPrice, 2) }));
  const { customerId, customer, currency, channel = "WEB", card, shipTo, note = null } = order;
  const total = orderTotal(lines);
  return {
    name: "OrderPlaced",
    payload: { orderId, customerId, customer, placedAt, lines, total, currency, channel, card, shipTo, note },
  };
}
