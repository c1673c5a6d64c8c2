import { defineService, type ServiceDefinition } from "@troupe/service-kit";
import { nothingSent, type Parcel, withAddress, withDispatched, withPaid, withRecalled, withRefused } from "./domain/parcel.ts";
import type { ShippingEvents } from "./events.ts";
import { type Carrier, simulatedCarrier } from "./handlers/carrier.ts";
import { dispatchReactions } from "./handlers/dispatch-parcel.ts";
import { recallParcel } from "./handlers/recall-parcel.ts";

/** Sends parcels with `carrier`. The dispatch calls the outside, so it is a reaction; the recall is a decision. */
export function shippingBy(carrier: Carrier): ServiceDefinition<ShippingEvents, Parcel> {
  return defineService<ShippingEvents, Parcel>({
    name: "shipping",
    publishes: ["ShipmentDispatched", "ShipmentRefused", "ShipmentRecalled"],
    entity: {
      initial: nothingSent,
      decide: { ShipmentRecallRequested: recallParcel },
      evolve: {
        OrderPlaced: withAddress,
        PaymentCaptured: withPaid,
        ShipmentDispatched: withDispatched,
        ShipmentRefused: withRefused,
        ShipmentRecalled: withRecalled,
      },
    },
    reactions: dispatchReactions(carrier),
    effects: {
      parcel: { do: ["OrderPlaced", "PaymentCaptured"], done: ["ShipmentDispatched"], undo: ["ShipmentRecallRequested"] },
    },
  });
}

export const shipping = shippingBy(simulatedCarrier);
