import type { Batch, BusRecord, DeadLetter, EventFact, Fact, Json, TroupeError } from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";

/** Someone waits for the reply of a submitted fact: an HTTP start, the end of a reaction. */
export type Waiter = { resolve(reply: Json): void; reject(error: unknown): void };

/** An event of a record for one of the documents that it concerns. */
export type EventItem = { readonly kind: "event"; readonly documentId: string; readonly fact: EventFact; readonly record: BusRecord };

/** A fact from inside the process. */
export type FactItem = {
  readonly kind: "fact";
  readonly documentId: string;
  readonly fact: Fact;
  readonly span: Span;
  readonly waiter: Waiter;
};

/** A parked record as it can be read now: its fact, or why it can't be read. */
export type ReadAgain =
  | { readonly kind: "event"; readonly fact: EventFact; readonly record: BusRecord }
  | { readonly kind: "unreadable"; readonly error: TroupeError };

/**
 * A document has timers due. `dueAt`: as its store said, so that a cached copy which says otherwise is known to be old.
 * `upTo`: the instant to which its sources are drained; timers due after it may not fire yet, whatever the clock says.
 * `parked`: the parked records that an operator wants tried again, by place; only where that is what is due.
 */
export type DueItem = {
  readonly kind: "due";
  readonly documentId: string;
  readonly dueAt: number;
  readonly upTo: number;
  readonly parked?: ReadonlyMap<string, ReadAgain>;
};

/** A batch after decoding: what is to be folded, and what can't be. */
export type BatchInput = {
  readonly kind: "batch";
  readonly batch: Batch;
  readonly items: readonly EventItem[];
  readonly deadLetters: readonly DeadLetter[];
};

/** What an engine is fed. */
export type Input = BatchInput | FactItem | DueItem;

/** One thing to fold into one document. A due item asks the document itself which timer facts it has. */
export type WorkItem = EventItem | FactItem | DueItem;
