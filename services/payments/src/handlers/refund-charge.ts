import type { DecideContext, Incoming, Publish } from "@troupe/service-kit";
import { type Charge, refundOf } from "../domain/charge.ts";
import type { PaymentsEvents } from "../events.ts";

/**
 * The saga gives the money back. Always answered, also when nothing was captured. A refund is an entry in our own books,
 * paid out with the next settlement: nobody outside is asked, so it is a decision and not a reaction.
 */
export function refundCharge(
  state: Charge,
  { payload: { orderId } }: Incoming<PaymentsEvents, "RefundRequested">,
  { now }: DecideContext,
): readonly Publish<PaymentsEvents>[] {
  return [{ name: "PaymentRefunded", payload: { orderId, ...refundOf(state, now) } }];
}
