import type { Envelope } from "./envelope.ts";
import type { JsonObject, Payload } from "./json.ts";

/** Where a record stood in the log. `redrives`: how often it came back from the dead letters, if it did. */
export type Origin = { readonly topic: string; readonly partition: number; readonly offset: number; readonly redrives?: number };

/** An event as the fold sees it. */
export type EventFact = {
  readonly kind: "event";
  /** See Ids.identity: a document folds each identity once. */
  readonly identity: string;
  /** Last part of the full name, e.g. `OrderPlaced`: the name that definitions and handlers use. */
  readonly name: string;
  readonly envelope: Envelope;
  readonly payload: Payload;
  readonly origin: Origin;
};

/** A timer of the document that came due. `generation` tells a timer from an earlier one of the same name. */
export type TimerFact = { readonly kind: "timer"; readonly identity: string; readonly name: string; readonly dueAt: number };

/** What the platform itself tells a document: the end of an asynchronous reaction, later an operator's act. */
export type ActFact = { readonly kind: "act"; readonly identity: string; readonly name: string; readonly data: JsonObject };

/** Anything that is folded. */
export type Fact = EventFact | TimerFact | ActFact;
