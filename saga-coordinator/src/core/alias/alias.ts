import { type JsonObject, TroupeError } from "@troupe/kernel";

/**
 * What is known of one alias value (rule 15): a document of its own, named by tenant, definition, alias and value. It is
 * claimed through a fact on the log, and hands the events that name it to the saga that has it.
 */
export type AliasState = {
  /** Saga that has the value. */
  readonly owner: string | null;
  /** Events that came before anybody claimed it, in the order of arrival. */
  readonly waiting: readonly WaitingEvent[];
  /** When their patience is over; null when it is, or when none waits. */
  readonly dueAt: number | null;
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
  | { readonly kind: "event"; readonly event: WaitingEvent }
  | { readonly kind: "patience" };

export type AliasEffect =
  | { readonly kind: "forward"; readonly to: string; readonly event: WaitingEvent }
  | { readonly kind: "refuse"; readonly by: string; readonly owner: string }
  /** Events wait, and nobody claimed the value in time. They are kept: a late claim still takes them up. */
  | { readonly kind: "unclaimed"; readonly events: number };

export const UNKNOWN_ALIAS: AliasState = { owner: null, waiting: [], dueAt: null };

/** Events that may wait for a claim in one document. */
export const ALIAS_LIMIT = 100;

/** Folds one fact. Pure. Throws EARLY_EVENTS_FULL when too many events wait. `now` in milliseconds since the epoch. */
export function reactAlias(
  state: AliasState,
  fact: AliasFact,
  { now, patienceMillis, name }: { readonly now: number; readonly patienceMillis: number; readonly name: string },
): { readonly state: AliasState; readonly effects: readonly AliasEffect[] } {
  switch (fact.kind) {
    case "claimed":
      return claim(state, fact.by);
    case "event":
      if (state.owner !== null) return { state, effects: [{ kind: "forward", to: state.owner, event: fact.event }] };
      return wait(state, fact.event, { dueAt: now + patienceMillis, name });
    case "patience":
      return { state: { ...state, dueAt: null }, effects: [{ kind: "unclaimed", events: state.waiting.length }] };
    default:
      return fact satisfies never;
  }
}

/** The first claim wins; the same saga may say it again. */
function claim(state: AliasState, by: string): ReturnType<typeof reactAlias> {
  if (state.owner === by) return { state, effects: [] };
  if (state.owner !== null) return { state, effects: [{ kind: "refuse", by, owner: state.owner }] };
  const effects = state.waiting.map((event): AliasEffect => ({ kind: "forward", to: by, event }));
  return { state: { owner: by, waiting: [], dueAt: null }, effects };
}

function wait(state: AliasState, event: WaitingEvent, { dueAt, name }: { dueAt: number; name: string }): ReturnType<typeof reactAlias> {
  if (state.waiting.length >= ALIAS_LIMIT) {
    throw new TroupeError("EARLY_EVENTS_FULL", { saga: name, event: event.event, limit: ALIAS_LIMIT });
  }
  const first = state.waiting.length === 0;
  return { state: { ...state, waiting: [...state.waiting, event], dueAt: first ? dueAt : state.dueAt }, effects: [] };
}
