import type { EffectStatus, Incoming, Publish, Reaction, ReactionContext } from "@troupe/service-kit";
import { expectedOn } from "../domain/carrier-rules.ts";
import { destination, type Parcel } from "../domain/parcel.ts";
import type { ShippingEvents } from "../events.ts";
import type { Carrier } from "./carrier.ts";

type Trigger = Incoming<ShippingEvents, "OrderPlaced" | "PaymentCaptured">;
type Context = ReactionContext<Parcel>;

/**
 * Both events are known and no parcel is being sent already. Without the look at the effect, a payment that is told
 * twice in one breath would send two parcels: the first is not in the state before the carrier has answered.
 */
const isDue = (state: Parcel, _event: Trigger, effect: EffectStatus): boolean => effect === "none" && destination(state) !== undefined;

/** After a crash the dispatch runs again when its attempt's time is over: well before the saga gives the step up (30 s). */
const retry = { timeoutMillis: 3_000 };

/** The dispatch, hung on both of the events that it needs; the later one starts it. */
export function dispatchReactions(carrier: Carrier): readonly Reaction<ShippingEvents, Parcel>[] {
  const handle = (event: Trigger, context: Context) => dispatchParcel(carrier, event, context);
  return [
    { name: "dispatchOnPayment", on: "PaymentCaptured", when: isDue, retry, handle },
    { name: "dispatchOnOrder", on: "OrderPlaced", when: isDue, retry, handle },
  ];
}

async function dispatchParcel(carrier: Carrier, { payload }: Trigger, context: Context): Promise<readonly Publish<ShippingEvents>[]> {
  const shipTo = destination(context.state);
  if (shipTo === undefined) return [];
  const { orderId } = payload;
  const { idempotencyKey, signal, now } = context;
  const parcelId = context.id("parcel");
  const answer = await carrier.dispatch({ shipTo, idempotencyKey, parcelId, signal });
  if (answer.kind === "refused") return [{ name: "ShipmentRefused", payload: { orderId, reason: answer.reason, refusedAt: now } }];
  const { trackingNumber } = answer;
  return [{ name: "ShipmentDispatched", payload: { orderId, parcelId, trackingNumber, dispatchedAt: now, expectedOn: expectedOn(now) } }];
}
