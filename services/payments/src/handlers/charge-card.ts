import type { EffectStatus, Incoming, Publish, Reaction, ReactionContext } from "@troupe/service-kit";
import { type Charge, chargeable } from "../domain/charge.ts";
import type { PaymentsEvents } from "../events.ts";
import type { CardNetwork } from "./card-network.ts";

type Trigger = Incoming<PaymentsEvents, "OrderPlaced" | "StockReserved">;
type Context = ReactionContext<Charge>;

/** Both events are known and nobody charges already: so of the two reactions exactly one runs. */
const isDue = (state: Charge, _event: Trigger, effect: EffectStatus): boolean => effect === "none" && chargeable(state) !== undefined;

/** After a crash the charge runs again when its attempt's time is over: well before the saga gives the step up (10 s). */
const retry = { timeoutMillis: 3_000 };

/** The charge, hung on both of the events that it needs; the later one starts it. */
export function chargeReactions(network: CardNetwork): readonly Reaction<PaymentsEvents, Charge>[] {
  const handle = (event: Trigger, context: Context) => chargeCard(network, event, context);
  return [
    { name: "chargeOnStock", on: "StockReserved", when: isDue, retry, handle },
    { name: "chargeOnOrder", on: "OrderPlaced", when: isDue, retry, handle },
  ];
}

async function chargeCard(network: CardNetwork, { payload }: Trigger, context: Context): Promise<readonly Publish<PaymentsEvents>[]> {
  const due = chargeable(context.state);
  if (due === undefined) return [];
  const { orderId } = payload;
  const { idempotencyKey, signal, now } = context;
  const paymentId = context.id("payment");
  const answer = await network.capture({ ...due, idempotencyKey, paymentId, signal });
  switch (answer.kind) {
    case "declined":
      return [{ name: "PaymentDeclined", payload: { orderId, reason: answer.reason, declinedAt: now } }];
    case "silent":
      return [];
    case "captured": {
      const { amount, currency } = due;
      const captured = { name: "PaymentCaptured", payload: { orderId, paymentId, amount, currency, capturedAt: now } } as const;
      return answer.noticesAfterMillis.map((afterMillis) => (afterMillis === 0 ? captured : { ...captured, afterMillis }));
    }
    default:
      return answer satisfies never;
  }
}
