import type { EventFact, Fact, Json, JsonObject, Payload, SearchKeys, TimerFact } from "@troupe/kernel";

/** A message that a fold decided. The engine adds trace context, time and tenant, and encodes it. */
export type Emission = {
  /** Short or full event name. */
  readonly name: string;
  readonly payload: Payload;
  /** Deterministic (wire contract, "Ids"). */
  readonly id: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly effect?: string;
};

/** What a fold is given of a document; undefined where there is none yet. */
export type Current = { readonly id: string; readonly definition: string; readonly status: string; readonly state: Json };

export type FoldContext = {
  readonly documentId: string;
  /** Milliseconds since the epoch. The only time a fold may use. */
  readonly now: number;
  /** W3C context of the fact's span, to be kept where a later timer or reaction must continue the trace. */
  readonly traceparent: string | undefined;
};

/** What folding one fact gave: the document as it is now, and what follows from it. */
export type Applied = {
  readonly definition: string;
  readonly status: string;
  readonly state: Json;
  readonly dueAt: number | null;
  /** What the document is found by, all of it, where this fact changed any of it. */
  readonly search?: SearchKeys;
  readonly emit: readonly Emission[];
  /** Entries for the append-only history, usually one; empty for owners that keep none. */
  readonly history: readonly JsonObject[];
  /** Handed to `afterDurable` once the write is durable: asynchronous reactions. */
  readonly run?: readonly Json[];
  /** Lines for the operator, logged once the write is durable. */
  readonly notices?: readonly Notice[];
};
export type Notice = { readonly level: "info" | "warn" | "error"; readonly text: string; readonly fields: JsonObject };

/**
 * The pure part of an owner of documents: a coordinator's sagas, a service's entities. Deterministic and synchronous:
 * it may be called again with the same facts after a lost race.
 */
export type DocumentFold = {
  /** Consumer group, owner of the documents, and role in logs and traces. */
  readonly owner: string;
  /** `ce_source` of what it emits. */
  readonly source: string;
  /** Short names of the events it folds; other types are skipped unread. */
  readonly wants: ReadonlySet<string>;
  /** Ids of the documents that an event concerns. Throws CORRELATION_MISSING when it names none but must. */
  route(fact: EventFact): readonly string[];
  /** Undefined: the fact does not concern the document after all; nothing is written and nothing remembered. */
  apply(current: Current | undefined, fact: Fact, context: FoldContext): Applied | undefined;
  /**
   * The event was folded before, gave up something that it had set going, and is redriven: that begins once more.
   * Undefined: there is nothing to begin. Default: there never is.
   */
  again?(current: Current, fact: EventFact, context: FoldContext): Applied | undefined;
  /** What of its documents is finished, by status. `archive`: becomes a marker. `remove`: goes without one. Default: nothing ever is. */
  readonly finished?: { readonly archive: readonly string[]; readonly remove: readonly string[] };
  /** A document that is finished and needed all the same. */
  keeps?(current: Current): boolean;
  /** The event may take room of the history that is kept for endings: an answer to an undo. Default: none may. */
  takesReserve?(current: Current, fact: EventFact): boolean;
  /** Timer facts that are due in a document at `now`, earliest first. */
  due(current: Current, now: number): readonly TimerFact[];
  /** Trace context that a timer of the document continues. */
  traceparentOf(state: Json, timer: TimerFact): string | undefined;
  /** What whoever submitted the fact is told; asked also for a fact that was folded before. Default: null. */
  reply?(current: Current | undefined, fact: Fact): Json;
};
