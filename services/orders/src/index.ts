export type { Order } from "./domain/order.ts";
export type { OrdersEvents } from "./events.ts";
export type { PlaceOrderBody } from "./handlers/place-order-body.ts";
export { orders } from "./service.ts";
