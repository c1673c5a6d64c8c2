import type { OperatorAction, StepStatus } from "../../../src/core/index.ts";
import type { Place } from "./act-table.ts";

/** Cells of one act that come out the same: places and step statuses, what happens, and why. `*`: all that are possible. */
export type Row = readonly [places: readonly Place[] | "*", steps: readonly StepStatus[] | "*", outcome: string, why: string];

const UNSTARTED: readonly Place[] = ["awaiting", "unmatched", "declined"];
const RUNNING: readonly Place[] = ["before", "beyond", "without"];
export const WITHOUT: readonly Place[] = ["without", "completed without"];
export const BACK: readonly Place[] = ["compensating", "compensated"];
export const STARTED: readonly Place[] = [...RUNNING, "completed without", "completed", ...BACK];

/** `{s}` and `{p}` stand for the step's and the saga's status. */
export const NO_STEPS: Row = [
  UNSTARTED,
  "*",
  "refused: the saga is {p}, so it has no steps yet",
  "rule 1: before the start events are only kept",
];
export const is = (...steps: readonly StepStatus[]): readonly StepStatus[] => steps;

/** What turns a saga, whoever of the operators asks. */
const TURNS: readonly Row[] = [
  [
    ["before", "without"],
    is("waiting", "failed", "skipped", "pruned", "undone", "waived"),
    "saga running→compensating→compensated",
    "rule 7: before the pivot it turns; nothing has an effect",
  ],
  [
    ["before", "without"],
    is("open"),
    "target open→undoing, saga running→compensating, sent UndoTarget",
    "it may have happened, so it is undone",
  ],
  [
    ["before", "without"],
    is("done", "unknown"),
    "target {s}→undoing, saga running→compensating, sent UndoTarget",
    "rule 3: what happened, or may have, is undone",
  ],
  [["without"], is("undoing"), "saga running→compensating", "its undo is under way"],
  [["without"], is("undoUsedUp"), "saga running→compensating, stuck", "rule 8: and still stuck on the undo"],
  [["beyond"], is("waiting"), "remembered", "rule 6: the pivot is open; it counts if the pivot fails for good"],
  [
    ["beyond"],
    is("open", "done", "failed", "unknown", "skipped", "pruned"),
    "refused: the pivot has passed, so nothing is undone",
    "rule 7: refused after the pivot",
  ],
  [
    ["compensating", "completed", "completed without", "compensated"],
    "*",
    "refused: the saga is {p}",
    "rule 7: no effect there; only its parent turns one that completed",
  ],
];

export const SAGA_ROWS: { readonly [act in OperatorAction]?: readonly Row[] } = {
  cancel: [
    ...TURNS,
    [["awaiting", "unmatched"], "*", "saga {p}→declined", "rule 7: cancel declines it"],
    [["declined"], "*", "refused: the saga is declined", "it will not begin anyway"],
  ],
  compensate: [...TURNS, [UNSTARTED, "*", "refused: the saga is {p}", "there is nothing to undo; cancel declines it"]],
  resume: [
    [["beyond"], is("failed", "unknown"), "target {s}→open, sent DoTarget again", "what holds it is asked once more"],
    [
      [...WITHOUT, "compensating"],
      is("undoUsedUp"),
      "target undoUsedUp→undoing, sent UndoTarget again",
      "what holds it is asked once more",
    ],
    [["beyond"], is("waiting", "open", "done", "skipped", "pruned"), "refused: the saga is not stuck", "it goes on by itself"],
    [WITHOUT, is("done", "failed", "unknown", "undoing", "undone", "waived"), "refused: the saga is not stuck", "it goes on by itself"],
    [
      ["compensating"],
      is("waiting", "done", "failed", "unknown", "skipped", "pruned", "undoing", "undone", "waived"),
      "refused: the saga is not stuck",
      "it goes on by itself",
    ],
    [
      ["before", "completed", "compensated", ...UNSTARTED],
      "*",
      "refused: the saga is not stuck",
      "it goes on by itself, or has ended, or waits for its start",
    ],
  ],
};
