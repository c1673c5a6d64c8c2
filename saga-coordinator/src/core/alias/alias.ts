import { type JsonObject, TroupeError } from "@troupe/kernel";

/*
 * Life of an alias value (rule 15)
 *
 *              event                     patience over                   marker over
 *   (nothing) ───────▶ waiting ──────────────────────▶ unclaimed ─────────────────────────▶ (nothing)
 *       │                 │ claim                          │ claim                             ▲
 *       └─────claim──────▶└──────────▶ claimed ◀───────────┘                                   │
 *                                      │   ▲                                                   │
 *                            its saga  │   │ its saga goes on after all                        │
 *                            has ended ▼   │                                                   │
 *                                    released ──────────────────marker over────────────────────┘
 */

/**
 * What is known of one alias value: a document of its own, named by tenant, definition, alias and value. It is claimed
 * through a fact on the log, and hands the events that name it to the saga that has it.
 */
export type AliasState = {
  /** Saga that has the value. */
  readonly owner: string | null;
  /** Events that came before anybody claimed it, in the order of arrival. */
  readonly waiting: readonly WaitingEvent[];
  /** When the patience of what waits is over, or the marker of a released or unclaimed value; null while neither runs. */
  readonly dueAt: number | null;
  /** The patience of what waits is over. */
  readonly unclaimed?: true;
};

/** An event as it travels on: payload as tagged JSON, and what its envelope says about answers. */
export type WaitingEvent = {
  readonly event: string;
  readonly payload: JsonObject;
  readonly identity: string;
  readonly effect: string | null;
  readonly causationId: string | null;
  readonly role: string | null;
};

export type AliasFact =
  | { readonly kind: "claimed"; readonly by: string }
  | { readonly kind: "released"; readonly by: string }
  | { readonly kind: "event"; readonly event: WaitingEvent }
  | { readonly kind: "due" };

export type AliasEffect =
  | { readonly kind: "forward"; readonly to: string; readonly event: WaitingEvent }
  | { readonly kind: "refuse"; readonly by: string; readonly owner: string }
  /** Events wait, and nobody claimed the value in time. They are kept: a late claim still takes them up. */
  | { readonly kind: "unclaimed"; readonly events: number }
  /** Nobody ever claimed it, and what waited for that is gone. */
  | { readonly kind: "forgotten"; readonly events: number };

export const UNKNOWN_ALIAS: AliasState = { owner: null, waiting: [], dueAt: null };

/** Events that may wait for a claim in one document. */
export const ALIAS_LIMIT = 100;

/** Times in milliseconds; `now` since the epoch. `markerMillis`: how long a value outlives its saga, or its patience. */
export type AliasTimes = { readonly now: number; readonly patienceMillis: number; readonly markerMillis: number; readonly name: string };
export type AliasReaction = { readonly state: AliasState; readonly effects: readonly AliasEffect[] };

/** Folds one fact. Pure. Throws EARLY_EVENTS_FULL when too many events wait. */
export function reactAlias(state: AliasState, fact: AliasFact, times: AliasTimes): AliasReaction {
  switch (fact.kind) {
    case "claimed":
      return claim(state, fact.by);
    case "released":
      return { state: state.owner === fact.by ? { ...state, dueAt: times.now + times.markerMillis } : state, effects: [] };
    case "event":
      if (state.owner !== null) return { state, effects: [{ kind: "forward", to: state.owner, event: fact.event }] };
      return wait(state, fact.event, times);
    case "due":
      return expire(state, times);
    default:
      return fact satisfies never;
  }
}

/** The first claim wins; the same saga may say it again, also when it had released the value. */
function claim(state: AliasState, by: string): AliasReaction {
  if (state.owner === by) return { state: { ...state, dueAt: null }, effects: [] };
  if (state.owner !== null) return { state, effects: [{ kind: "refuse", by, owner: state.owner }] };
  const effects = state.waiting.map((event): AliasEffect => ({ kind: "forward", to: by, event }));
  return { state: { owner: by, waiting: [], dueAt: null }, effects };
}

function wait(state: AliasState, event: WaitingEvent, { now, patienceMillis, name }: AliasTimes): AliasReaction {
  if (state.waiting.length >= ALIAS_LIMIT) {
    throw new TroupeError("EARLY_EVENTS_FULL", { saga: name, event: event.event, limit: ALIAS_LIMIT });
  }
  const first = state.waiting.length === 0;
  return { state: { ...state, waiting: [...state.waiting, event], dueAt: first ? now + patienceMillis : state.dueAt }, effects: [] };
}

/** A value that nobody has any more, or ever had, is as if it had never been heard of: somebody else may claim it. */
function expire({ owner, waiting, unclaimed }: AliasState, { now, markerMillis }: AliasTimes): AliasReaction {
  if (owner !== null) return { state: UNKNOWN_ALIAS, effects: [] };
  if (unclaimed) return { state: UNKNOWN_ALIAS, effects: [{ kind: "forgotten", events: waiting.length }] };
  const state: AliasState = { owner, waiting, dueAt: now + markerMillis, unclaimed: true };
  return { state, effects: [{ kind: "unclaimed", events: waiting.length }] };
}
