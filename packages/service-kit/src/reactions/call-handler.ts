import { type Ids, type Json, type TimestampMillis, toTaggedJson } from "@troupe/kernel";
import { createdId } from "../created-id.ts";
import type { EventMap, Incoming, Reaction } from "../definition.ts";
import { type ParticipantState, type PendingReaction, restoreEvent } from "../participant-state.ts";
import type { StoredPublish } from "./pending-reactions.ts";

/** What a handler is given from its surroundings. */
export type HandlerSurroundings = {
  readonly service: string;
  readonly ids: Ids;
  readonly now: TimestampMillis;
  readonly signal: AbortSignal;
};

/** Calls the handler of a reaction that has begun, once; what it publishes in the form that documents keep. Rejects with what it throws. */
export async function callHandler<Events extends EventMap, State extends Json>(
  reaction: Reaction<Events, State>,
  { id, pending, state }: { readonly id: string; readonly pending: PendingReaction; readonly state: ParticipantState },
  { service, ids, now, signal }: HandlerSurroundings,
): Promise<readonly StoredPublish[]> {
  const { name, payload, envelope } = restoreEvent(pending.event);
  const event = { name, payload, envelope } as unknown as Incoming<Events, keyof Events>; // decoded by the schema that Events comes from
  const published = await reaction.handle(event as never, {
    state: state.entity as State, // written by this definition's evolve
    idempotencyKey: id,
    effect: pending.effectBefore,
    now,
    id: (label) => createdId({ service, ids, envelope }, label),
    signal,
  });
  return published.map(storePublish);
}

function storePublish(publish: { readonly name: PropertyKey; readonly payload: object; readonly afterMillis?: number }): StoredPublish {
  const stored = { name: String(publish.name), payload: toTaggedJson(publish.payload as never) }; // payload types are made of Values
  return publish.afterMillis === undefined ? stored : { ...stored, afterMillis: publish.afterMillis };
}
