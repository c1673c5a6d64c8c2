import type { Json } from "@troupe/kernel";
import type { Incoming, Publish, ReactionContext, RetryPolicy } from "@troupe/service-kit";
import { Type } from "typebox";
import { type LabDefinition, type LabEvents, orderId } from "./lab.ts";

type Handler = (
  event: Incoming<LabEvents, "OrderConfirmationRequested">,
  context: ReactionContext<Json>,
) => Promise<readonly Publish<LabEvents>[]>;

export const confirmed = (event: { readonly payload: LabEvents["OrderConfirmationRequested"] }, now: number): Publish<LabEvents> => ({
  name: "OrderConfirmed",
  payload: { orderId: event.payload.orderId, confirmedAt: now as LabEvents["OrderConfirmed"]["confirmedAt"] }, // milliseconds
});

/**
 * A service with one effect: a confirmation request does it by the reaction `handle`, a recall request undoes it by a decision.
 * A release request is answered a minute later.
 */
export function confirmer(
  handle: Handler = async (event, { now }) => [confirmed(event, now)],
  options: { readonly retry?: Partial<RetryPolicy>; readonly reaction?: string } = {},
): LabDefinition {
  return {
    name: "confirmer",
    publishes: ["OrderConfirmed", "ShipmentRecalled", "StockReleased"],
    entity: {
      initial: [],
      decide: {
        ShipmentRecallRequested: (_state, { payload }, { now, effect }) => [
          { name: "ShipmentRecalled", payload: { orderId: payload.orderId, parcelId: null, recalledAt: now } },
          ...(effect === "begun"
            ? [{ name: "StockReleased", payload: { orderId: payload.orderId, units: 99n, releasedAt: now } } as const]
            : []),
        ],
        StockReleaseRequested: (state, { payload }, { now }) => [
          {
            name: "StockReleased",
            payload: { orderId: payload.orderId, units: BigInt((state as Json[]).length), releasedAt: now }, // a list of names
            afterMillis: 60_000,
          },
        ],
      },
      evolve: {
        StockReleaseRequested: (state) => [...(state as Json[]), "asked"], // a list of names, as below
        OrderConfirmed: (state) => [...(state as Json[]), "confirmed"],
        ShipmentRecalled: (state) => [...(state as Json[]), "recalled"],
        StockReleased: (state) => [...(state as Json[]), "released"],
      },
    },
    reactions: [
      { name: options.reaction ?? "confirm", on: "OrderConfirmationRequested", handle, retry: { backoffMillis: 100, ...options.retry } },
    ],
    effects: { confirmation: { do: ["OrderConfirmationRequested"], done: ["OrderConfirmed"], undo: ["ShipmentRecallRequested"] } },
    http: [
      {
        method: "POST",
        path: "/releases",
        summary: "Ask for a release",
        body: Type.Object({ order: Type.Optional(Type.String()), note: Type.String() }),
        accepted: Type.Object({ order: Type.String(), at: Type.Number() }),
        businessId: (body) => (body as { readonly order?: string }).order, // validated by `body`
        decide: (body, { now, id }) => {
          const { order } = body as { readonly order?: string }; // as above
          const key = order === undefined ? id("order") : orderId(order);
          return {
            publish: { name: "StockReleaseRequested", payload: { orderId: key } },
            answer: { order: key, at: now },
            location: `/${key}`,
          };
        },
      },
    ],
  };
}
