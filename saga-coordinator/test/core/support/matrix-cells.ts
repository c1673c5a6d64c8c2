import type { SagaStatus, StepStatus } from "../../../src/core/index.ts";

/** The facts of the matrix: columns of every row. */
export const FACTS = ["start", "done", "failed", "undone", "undoFailed", "timeout", "undoTimeout", "deadline", "patience"] as const;
export type FactKind = (typeof FACTS)[number];

export type Cells = { readonly [kind in FactKind]?: readonly [outcome: string, why: string] };
export type Row = { readonly saga: SagaStatus; readonly step: StepStatus; readonly optional?: true; readonly cells: Cells };

export const AGAIN = ["unexpected", "rule 14: the first start wins"] as const;
export const NOT_ASKED = ["unexpected", "rule 1: nobody asked for an undo"] as const;
export const STALE = ["nothing", "this timer does not run in this state, so it is one that was cleared"] as const;
export const KEPT = ["kept", "rule 1: an event before its start waits in the document"] as const;
export const SETTLED = ["recorded", "it was undone already; an answer given twice changes nothing"] as const;

/** A timer that does not run in the state of the row. */
export const NO_TIMERS = { timeout: STALE, undoTimeout: STALE, deadline: STALE, patience: STALE } as const satisfies Cells;
