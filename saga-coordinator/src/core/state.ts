import type { Json, JsonObject } from "@troupe/kernel";
import type { SagaStatus, StepStatus } from "./transitions.ts";

/**
 * Everything the coordinator knows of one saga instance, as plain JSON: what its document stores.
 * Payload values are tagged JSON (toTaggedJson). Optional fields are absent, never undefined, so that
 * JSON.parse(JSON.stringify(state)) is the same state. Times are milliseconds since the epoch.
 */
export type SagaState = {
  readonly tenant: string;
  readonly id: string;
  /** Pinned (rule 16): the definition this instance runs, whatever is activated later. */
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  /** Facts folded so far; the fact being folded has this number. Order in history, and generation of timers. */
  readonly order: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Fields of the start event that the definition reads. */
  readonly start?: JsonObject;
  /** Events that came before the start, in order of arrival. */
  readonly early?: readonly EarlyEvent[];
  /** Steps that left `waiting`; the others are absent. */
  readonly steps: { readonly [name: string]: StepState };
  readonly timers: { readonly [name: string]: Timer };
  /** Why the saga turned; present from the turn on. A later one (a late success) does not replace the first. */
  readonly turn?: Turn;
  /** The deadline passed while the pivot was open or unknown: acts if the pivot fails for good. */
  readonly deadlinePassed?: true;
  /** Why it can't go on by itself; absent when it can. */
  readonly stuck?: readonly StuckCause[];
  /** Events that fitted nothing. */
  readonly unexpected?: number;
};

export type StepState = {
  readonly status: StepStatus;
  /** Fact that last decided about the effect: its opening, then its done. Rule 3 orders by it. */
  readonly order: number;
  readonly openedAt?: number;
  /** When it became done, failed, unknown or skipped. */
  readonly settledAt?: number;
  /** When it was first known to have happened. */
  readonly doneAt?: number;
  readonly undoneAt?: number;
  /** Fields of the done event that the definition reads. */
  readonly payload?: JsonObject;
  readonly reason?: string;
  readonly do?: Sending;
  readonly undo?: Sending;
};

/** How often a request was sent. Its message ids answer `ce_causationid`. */
export type Sending = {
  /** Rises only after an explicit failure. */
  readonly attempt: number;
  /** Sendings in this life of the request, the first included; what `attempts` limits. */
  readonly tries: number;
  /** Message id of each attempt, the first at 0. */
  readonly ids: readonly string[];
  /** Nothing is in flight: the next sending waits for a timer, because of this. */
  readonly resend?: "failed" | "timeout";
};

export type Timer = { readonly dueAt: number; readonly generation: number };
export type Turn = { readonly step: string | null; readonly cause: string; readonly at: number };
export type StuckCause = { readonly step: string | null; readonly cause: string; readonly actions: readonly OperatorAction[] };
export type OperatorAction = "retry" | "settle-as-done" | "settle-as-failed" | "waive-undo" | "compensate" | "redrive" | "edit-data";

/** An event that waits for its start, as the history has it. `order` is its place in history. */
export type EarlyEvent = { readonly order: number; readonly entry: EventEntry };

/** A fact as the history keeps it: all that the fold reads of it, so that state = fold(history). */
export type EventEntry = {
  readonly kind: "event";
  readonly identity: string;
  readonly name: string;
  readonly effect?: string;
  readonly causationId?: string;
  /** Only the fields that the definition reads. */
  readonly payload?: JsonObject;
};
export type TimerEntry = { readonly kind: "timer"; readonly identity: string; readonly name: string; readonly dueAt: number };
export type ActEntry = { readonly kind: "act"; readonly identity: string; readonly name: string };
export type FactEntry = EventEntry | TimerEntry | ActEntry;

const WAITING: StepState = { status: "waiting", order: 0 };

/** State of a step; one that nothing happened to yet is waiting. */
export function stepOf(state: Pick<SagaState, "steps">, name: string): StepState {
  // hasOwn: a step may be called `constructor`.
  return (Object.hasOwn(state.steps, name) ? state.steps[name] : undefined) ?? WAITING;
}

/** A document's state read back. The store holds what this code wrote, under the version the document names. */
export function readState(json: Json): SagaState {
  return json as SagaState; // written by react() of this or an older version; states only grow by optional fields
}

/** An instance that nothing happened to yet. */
export function emptyState(of: { tenant: string; id: string; definition: string; version: number }): SagaState {
  const { tenant, id, definition, version } = of;
  return { tenant, id, definition, version, status: "awaiting", order: 0, steps: {}, timers: {} };
}
