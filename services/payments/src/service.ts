import { defineService, type ServiceDefinition } from "@troupe/service-kit";
import { type Charge, nothingCharged, withCaptured, withDeclined, withOrder, withRefunded, withStock } from "./domain/charge.ts";
import type { PaymentsEvents } from "./events.ts";
import { type CardNetwork, simulatedCardNetwork } from "./handlers/card-network.ts";
import { chargeReactions } from "./handlers/charge-card.ts";
import { refundCharge } from "./handlers/refund-charge.ts";

/** Charges cards through `network`. The charge calls the outside, so it is a reaction; the refund is a decision. */
export function paymentsOn(network: CardNetwork): ServiceDefinition<PaymentsEvents, Charge> {
  return defineService<PaymentsEvents, Charge>({
    name: "payments",
    publishes: ["PaymentCaptured", "PaymentDeclined", "PaymentRefunded"],
    entity: {
      initial: nothingCharged,
      decide: { RefundRequested: refundCharge },
      evolve: {
        OrderPlaced: withOrder,
        StockReserved: withStock,
        PaymentCaptured: withCaptured,
        PaymentDeclined: withDeclined,
        PaymentRefunded: withRefunded,
      },
    },
    reactions: chargeReactions(network),
    effects: {
      charge: { do: ["OrderPlaced", "StockReserved"], done: ["PaymentCaptured"], undo: ["RefundRequested"] },
    },
  });
}

export const payments = paymentsOn(simulatedCardNetwork);
