export type { Parcel } from "./domain/parcel.ts";
export type { ShippingEvents } from "./events.ts";
export { type Carrier, type DispatchAnswer, type DispatchRequest, simulatedCarrier } from "./handlers/carrier.ts";
export { shipping, shippingBy } from "./service.ts";
