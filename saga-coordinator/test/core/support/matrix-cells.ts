import type { SagaStatus, StepStatus } from "../../../src/core/index.ts";

/** The facts of the matrix: columns of every row. */
export const FACTS = [
  ...(["start", "done", "failed", "undone", "undoFailed", "cancel", "parentUndoes"] as const),
  ...(["timeout", "retry", "undoTimeout", "undoRetry", "wait", "repeat", "outcome", "deadline", "patience"] as const),
] as const;
export type FactKind = (typeof FACTS)[number];

export type Cells = { readonly [kind in FactKind]?: readonly [outcome: string, why: string] };
/** `optional`: only an optional step can be there. `givenUp`: the saga does without the step, so it is undone while the saga runs. */
export type Row = {
  readonly saga: SagaStatus;
  readonly step: StepStatus;
  readonly optional?: true;
  readonly givenUp?: true;
  readonly cells: Cells;
};

export const AGAIN = ["unexpected", "rule 14: the first start wins"] as const;
export const NOT_ASKED = ["unexpected", "rule 1: nobody asked for an undo"] as const;
export const STALE = ["nothing", "this timer does not run in this state, so it is one that was cleared"] as const;
export const KEPT = ["kept", "rule 1: an event before its start waits in the document"] as const;
export const SETTLED = ["recorded", "it was undone already; an answer given twice changes nothing"] as const;

/** What turns a running saga, and does the same whoever asks for it. */
export const turns = (outcome: string, why: string): Cells => ({
  deadline: [outcome, why],
  cancel: [outcome, `rule 7, as at the deadline: ${why}`],
  parentUndoes: [outcome, `the parent undoes its sub-saga, as at the deadline: ${why}`],
});

/** What changes nothing in a saga that is on its way back; `also`: what every fact sets going there. */
export const goesBack = (also = ""): Cells => ({
  cancel: [`refused${also}`, "rule 7: compensating already"],
  parentUndoes: [`recorded${also}`, "it is on its way back already"],
});
export const IS_BACK = {
  cancel: ["refused", "rule 7: ended"],
  parentUndoes: ["compensated again", "an undo is answered, also when nothing is left to undo"],
} as const satisfies Cells;
export const NOT_CANCELLED = ["refused", "rule 7: ended"] as const;

/** A timer that does not run in the state of the row. */
export const NO_TIMERS = {
  ...{ timeout: STALE, retry: STALE, undoTimeout: STALE, undoRetry: STALE },
  ...{ wait: STALE, repeat: STALE, outcome: STALE, deadline: STALE, patience: STALE },
} as const satisfies Cells;
