import type { EventFact, HttpRoute, Json, TimestampMillis, Uuid } from "@troupe/kernel";
import type { TSchema } from "typebox";

/** Event name to payload type: the `EventPayloads` that the type generator writes. */
export type EventMap = { readonly [name: string]: object };

/** An event as a handler sees it: its payload typed by its name, plus what the envelope says. */
export type Incoming<Events extends EventMap, Name extends keyof Events = keyof Events> = {
  [N in Name]: { readonly name: N; readonly payload: Events[N]; readonly envelope: EventFact["envelope"] };
}[Name];

/**
 * An event to publish. Ids, causation, correlation, effect and trace context are filled in by the kit.
 * `afterMillis`: published that much later by a durable timer of the document.
 */
export type Publish<Events extends EventMap> = {
  [N in keyof Events]: { readonly name: N; readonly payload: Events[N]; readonly afterMillis?: number };
}[keyof Events];

/** Where an effect of this service stands for one key. `undone` is kept as a tombstone: a do that comes after it is refused. */
export type EffectStatus = "none" | "begun" | "done" | "undone";

export type DecideContext = {
  /** Milliseconds since the epoch: the only time a decision may use. */
  readonly now: TimestampMillis;
  /** Status of the effect that the event does or undoes, before this event; `none` for other events. */
  readonly effect: EffectStatus;
  /** Deterministic UUID for things the decision creates: the same event and label give the same id. */
  readonly id: (label: string) => Uuid;
};

/**
 * What one key of the service is, as pure functions: `decide` says what to publish, `evolve` applies what came and what was decided.
 * `decide` sees the state before the event; then `evolve` applies the event, then what was decided, in order. A published event
 * is applied when it is decided, also one with `afterMillis`: only its message waits.
 */
export type Entity<Events extends EventMap, State extends Json> = {
  readonly initial: State;
  readonly decide: {
    readonly [N in keyof Events]?: (state: State, event: Incoming<Events, N>, context: DecideContext) => readonly Publish<Events>[];
  };
  readonly evolve: {
    readonly [N in keyof Events]?: (state: State, payload: Events[N], context: { readonly now: TimestampMillis }) => State;
  };
};

export type ReactionContext<State extends Json> = {
  /** State of the entity under the same key, as of the moment this attempt began. */
  readonly state: State;
  /** The same for every run of the same event: pass it to whatever is called. */
  readonly idempotencyKey: string;
  readonly effect: EffectStatus;
  readonly now: TimestampMillis;
  readonly id: (label: string) => Uuid;
  /** Aborted when the process stops or the attempt ran out of time. */
  readonly signal: AbortSignal;
};

/** Attempts, and exponential waiting between them up to `maxMillis`. */
export type RetryPolicy = {
  readonly attempts: number;
  readonly backoffMillis: number;
  readonly maxMillis: number;
  readonly timeoutMillis: number;
};

/**
 * An asynchronous handler, for calls to the outside. `begun` is durable before it runs, its events are durable before
 * they are published; after a crash in between it runs again under the same idempotency key.
 * It throws to be tried again; after the last attempt the event becomes a dead letter. A run that ends without a `done`
 * event of its effect puts the effect back to where it stood, so that an undo which waits behind `begun` goes on.
 */
export type Reaction<Events extends EventMap, State extends Json, Name extends keyof Events = keyof Events> = {
  [N in Name]: {
    readonly name: string;
    readonly on: N;
    /**
     * Pure; asked once, after `evolve` applied the event, with the effect's status before it. False: nothing begins.
     * So a reaction that needs two events can stand on both and run on whichever comes second. Default: true, but for an
     * event that asks for an effect which is done.
     */
    readonly when?: (state: State, event: Incoming<Events, N>, effect: EffectStatus) => boolean;
    readonly retry?: Partial<RetryPolicy>;
    readonly handle: (event: Incoming<Events, N>, context: ReactionContext<State>) => Promise<readonly Publish<Events>[]>;
  };
}[Name];

/** Ties the events that do, confirm and undo one effect, so that the kit refuses a do after its undo and knows what an undo meets. */
export type EffectRule<Events extends EventMap> = {
  /** Incoming events that ask for the effect. */
  readonly do: readonly (keyof Events)[];
  /** Own events that say it happened. */
  readonly done: readonly (keyof Events)[];
  /** Incoming events that undo it. */
  readonly undo: readonly (keyof Events)[];
};

/** What a request publishes, and what the caller is told once that is durable. */
export type HttpStart<Events extends EventMap> = {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly summary: string;
  readonly body: TSchema;
  readonly accepted: TSchema;
  /**
   * What the body names is started once: the same body under its id gets the same answer, another one 409, whatever the
   * Idempotency-Key. Undefined and no key: then the request is not safe to repeat, and the answer says so.
   */
  readonly businessId?: (body: Json) => string | undefined;
  /**
   * Pure. `id(label)` follows from the Idempotency-Key, so a repeated request decides the same again.
   * Throws a TroupeError (REQUEST_INVALID) to refuse.
   */
  readonly decide: (
    body: Json,
    context: { readonly now: TimestampMillis; readonly id: (label: string) => Uuid },
  ) => {
    readonly publish: Publish<Events>;
    readonly answer: Json;
    readonly location: string;
  };
};

export type ServiceDefinition<Events extends EventMap, State extends Json> = {
  /** Also the consumer group, the owner of the documents and, as `/services/NAME`, the `ce_source`. */
  readonly name: string;
  /** Every event that handlers of this service may publish; they are applied when decided, so they are not read back. */
  readonly publishes: readonly (keyof Events & string)[];
  /** Document key of an event; default: its correlation id. */
  readonly key?: (event: EventFact) => string | undefined;
  readonly entity: Entity<Events, State>;
  readonly reactions?: readonly Reaction<Events, State>[];
  readonly effects?: { readonly [effect: string]: EffectRule<Events> };
  readonly http?: readonly HttpStart<Events>[];
  /** Further read-only routes. */
  readonly routes?: readonly HttpRoute[];
};

/** Names what is wrong with a service at once, in types where possible and by checks where not. Returns the definition unchanged. */
export function defineService<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
): ServiceDefinition<Events, State> {
  return definition;
}
