import { type EventFact, fromTaggedJson, type Json, type JsonObject, type Origin, type Payload, toTaggedJson } from "@troupe/kernel";
import type { EffectStatus } from "./definition.ts";

/** An event as a document keeps it: payload in tagged JSON. */
export type StoredEvent = {
  readonly identity: string;
  readonly name: string;
  readonly envelope: JsonObject;
  readonly payload: Json;
  readonly origin: JsonObject;
};

/** A reaction that began and has not ended. `dueAt`: when it is run (again) by whoever owns the document then. */
export type PendingReaction = {
  readonly reaction: string;
  readonly event: StoredEvent;
  readonly attempt: number;
  readonly dueAt: number;
  /** W3C context of the consumer span, so that the run continues the trace. */
  readonly trace: string | null;
  /** Where the effect stood before; it goes back there when the run ends without a `done` event. */
  readonly effectBefore: EffectStatus;
};

/** A message that was decided and waits for its time. */
export type DelayedEmission = {
  readonly dueAt: number;
  readonly name: string;
  readonly payload: Json;
  readonly id: string;
  readonly about: JsonObject;
  /** W3C context of the span that decided it, which its publishing continues. */
  readonly trace: string | null;
};

/** Everything a service keeps under one key: do and undo meet in this one document. */
export type ParticipantState = {
  readonly entity: Json;
  readonly effects: { readonly [effect: string]: EffectStatus };
  readonly pending: { readonly [id: string]: PendingReaction };
  /** Events of an effect that came while a reaction of it was under way, in order. */
  readonly waiting: readonly StoredEvent[];
  readonly delayed: { readonly [id: string]: DelayedEmission };
  /** Context of the last fact, continued by timers. */
  readonly trace: string | null;
};

export function emptyState(entity: Json): ParticipantState {
  return { entity, effects: {}, pending: {}, waiting: [], delayed: {}, trace: null };
}

/** Earliest time at which the document wants a timer fact; null when none. */
export function nextDueAt({ pending, delayed }: ParticipantState): number | null {
  const times = [...Object.values(pending), ...Object.values(delayed)].map(({ dueAt }) => dueAt);
  return times.length === 0 ? null : Math.min(...times);
}

export function storeEvent({ identity, name, envelope, payload, origin }: EventFact): StoredEvent {
  return { identity, name, envelope: { ...envelope }, payload: toTaggedJson(payload), origin: { ...origin } };
}

export function restoreEvent({ identity, name, envelope, payload, origin }: StoredEvent): EventFact {
  return {
    kind: "event",
    identity,
    name,
    envelope: envelope as unknown as EventFact["envelope"], // written by storeEvent from an Envelope
    payload: fromTaggedJson(payload) as Payload, // an event's payload is a record
    origin: origin as unknown as Origin, // written by storeEvent from an Origin
  };
}

/** The document's state as it was written by this fold. */
export function readState(state: Json): ParticipantState {
  return state as unknown as ParticipantState; // only participant-fold.ts writes it
}

export function writeState(state: ParticipantState): Json {
  return state as unknown as Json; // built from Json members only
}
