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
  /** Steps that left `waiting`; the others are absent. Elements of a fan-out stand beside their step, under `step/key`. */
  readonly steps: { readonly [name: string]: StepState };
  readonly timers: { readonly [name: string]: Timer };
  /** Why the saga turned; present from the turn on. A later one (a late success) does not replace the first. */
  readonly turn?: Turn;
  /** What came while the pivot was open or unknown, to turn the saga: acts if the pivot fails for good (rule 6). */
  readonly remembered?: { readonly by: "deadline" | "cancel" | "compensate"; readonly cause: string };
  /** A start came whose guard can't be computed. */
  readonly startFault?: string;
  /** Effect of the parent's step that started this saga as its sub-saga. */
  readonly parent?: string;
  /** Business keys as far as they could be computed, as tagged JSON. */
  readonly search?: JsonObject;
  /** What the definition's `result` gave at completion. */
  readonly result?: JsonObject;
  /** Aliases claimed so far: `name` to the values, as text. */
  readonly claims?: { readonly [alias: string]: readonly string[] };
  /** Claims that another saga was faster with. */
  readonly claimsRefused?: ReadonlyArray<{ readonly alias: string; readonly value: string; readonly owner: string }>;
  /** Why it can't go on by itself; absent when it can. */
  readonly stuck?: readonly StuckCause[];
  /** Events that fitted nothing. */
  readonly unexpected?: number;
  /** Of steps that a migration renamed: the name under which participants know their effects. */
  readonly effectNames?: { readonly [step: string]: string };
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
  /**
   * Why the saga does without what the step did or may have done, so that it is undone although the saga runs on:
   * it happened although it was skipped or pruned, its fallback replaced it, or other elements of it failed.
   */
  readonly givenUp?: "skipped" | "pruned" | "replaced" | "failed";
  /** An expression about one of its answers that could not be computed. */
  readonly fault?: string;
  /** The outcome of an unknown step with `whenUnknown: wait` did not come in time. */
  readonly overdue?: true;
  /** Round of a repeated step, from 1; absent in the first. */
  readonly round?: number;
  /** Of an element: what the loop variable holds, as tagged JSON. */
  readonly item?: Json;
  /** Of a sub-saga's step: the instance that it started. */
  readonly childId?: string;
  /** Of a sub-saga's step: why the child is stuck. */
  readonly childStuck?: string;
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
  /** What was sent, encoded, when it could not be computed again: the same id always says the same. */
  readonly payload?: JsonObject;
  /** Tries that no longer count, since an operator asked for a fresh set. */
  readonly forgiven?: number;
  /** Nothing is in flight: the next sending waits for a timer, or for an operator, because of this. */
  readonly resend?: "failed" | "timeout" | "round";
};

export type Timer = { readonly dueAt: number; readonly generation: number };
export type Turn = { readonly step: string | null; readonly cause: string; readonly at: number };
export type StuckCause = { readonly step: string | null; readonly cause: string; readonly actions: readonly OperatorAction[] };
/** What an operator can do (rule 18), by the names of the facts. */
export const OPERATOR_ACTIONS = [
  ...(["retry", "settle-as-done", "settle-as-failed", "settle-as-no-effect", "waive-undo"] as const),
  ...(["cancel", "compensate", "resume", "signal", "edit-data"] as const),
] as const;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];
const OPERATOR_NAMES: ReadonlySet<string> = new Set(OPERATOR_ACTIONS);
export const isOperatorAction = (name: string): name is OperatorAction => OPERATOR_NAMES.has(name);

/** An event that waits for its start, as the history has it. `order` is its place in history. */
export type EarlyEvent = { readonly order: number; readonly entry: EventEntry };

/** A fact as the history keeps it: all that the fold reads of it, so that state = fold(history). */
export type EventEntry = {
  readonly kind: "event";
  readonly identity: string;
  readonly name: string;
  readonly effect?: string;
  readonly causationId?: string;
  /** Of a start that another saga emitted: the effect of its step. */
  readonly parent?: string;
  /** The role that the API vouches for, of an answer that a person gave through it. */
  readonly role?: string;
  /** Only the fields that the definition reads. */
  readonly payload?: JsonObject;
};
export type TimerEntry = { readonly kind: "timer"; readonly identity: string; readonly name: string; readonly dueAt: number };
export type ActEntry = { readonly kind: "act"; readonly identity: string; readonly name: string; readonly data?: JsonObject };
export type FactEntry = EventEntry | TimerEntry | ActEntry;

/** Name of an element's entry among the steps. A key may hold anything, so it is encoded. */
export function elementName(step: string, element: string): string {
  return `${step}/${encodeURIComponent(element)}`;
}

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

/** Steps and elements whose undo an operator waived: they stand outside the guarantee. */
export function waivedIn({ steps }: Pick<SagaState, "steps">): readonly string[] {
  const waived = Object.keys(steps).filter((name) => steps[name]?.status === "waived");
  // Of a fan-out its elements say it.
  return waived.filter((name) => !waived.some((other) => other.startsWith(`${name}/`)));
}

/** An instance that nothing happened to yet. */
export function emptyState(of: { tenant: string; id: string; definition: string; version: number }): SagaState {
  const { tenant, id, definition, version } = of;
  return { tenant, id, definition, version, status: "awaiting", order: 0, steps: {}, timers: {} };
}
