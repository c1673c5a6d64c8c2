import { AGAIN, type Cells, KEPT, NO_TIMERS, NOT_ASKED, type Row } from "./matrix-cells.ts";

const BEFORE_START = {
  ...NO_TIMERS,
  done: KEPT,
  failed: KEPT,
  undone: KEPT,
  undoFailed: KEPT,
} as const satisfies Cells;

/** Sagas that have not turned: before the start, running, completed. */
export const FORWARD_ROWS: readonly Row[] = [
  {
    saga: "awaiting",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      ...BEFORE_START,
      start: ["saga awaiting→running", "the start; the target still waits for its gate"],
      patience: ["saga awaiting→unmatched, alarm", "rule 1: patience over, kept for an operator"],
    },
  },
  {
    saga: "unmatched",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      ...BEFORE_START,
      start: ["saga unmatched→running", "rule 1: a start takes it up at any time while it is kept"],
    },
  },
  {
    saga: "running",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target waiting→done", "rule 1: done counts in every step state; done early is accepted"],
      failed: ["target waiting→failed, saga running→compensating→compensated", "rule 2: a required step failed, whatever topic was faster"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      deadline: ["saga running→compensating→compensated", "rule 3: a step that never opened is not touched"],
    },
  },
  {
    saga: "running",
    step: "open",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target open→done", "the answer it waits for"],
      failed: [
        "target open→failed, saga running→compensating→compensated",
        "rule 2: observed steps have one attempt; failed promises no effect",
      ],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: [
        "target open→undoing, saga running→compensating, sent UndoTarget",
        "rules 2 and 4: silence is final, and unknown is undone",
      ],
      deadline: [
        "target open→undoing, saga running→compensating, sent UndoTarget",
        "rules 3 and 7: what is open is unknown when the saga turns",
      ],
    },
  },
  {
    saga: "running",
    step: "done",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["recorded", "an answer given twice"],
      failed: ["contradiction", "rule 5: after done it is a contradiction, and the effect still counts"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      deadline: ["target done→undoing, saga running→compensating, sent UndoTarget", "rule 7: what is done is undone"],
    },
  },
  {
    saga: "running",
    step: "failed",
    optional: true,
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target failed→done", "rule 9: a late done of a saga that did not turn is accepted"],
      failed: ["recorded", "an answer given twice"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      deadline: ["saga running→compensating→compensated", "failed promises no effect, so nothing is to undo"],
    },
  },
  {
    saga: "running",
    step: "unknown",
    optional: true,
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target unknown→done", "rule 9: a late done of a saga that did not turn is accepted"],
      failed: ["target unknown→failed", "rule 5: failed settles an unknown step"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      deadline: ["target unknown→undoing, saga running→compensating, sent UndoTarget", "rule 3: optional ones included"],
    },
  },
  {
    saga: "running",
    step: "skipped",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target skipped→done", "rule 1: done counts in every step state"],
      failed: ["recorded", "it was not to happen, and did not"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      deadline: ["saga running→compensating→compensated", "a skipped step has no effect"],
    },
  },
  {
    saga: "completed",
    step: "done",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["recorded", "an answer given twice"],
      failed: ["contradiction", "rule 5: the effect still counts; somebody should look"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
    },
  },
  ...(["waiting", "open", "failed", "unknown", "skipped"] as const).map(
    (step): Row => ({
      saga: "completed",
      step,
      optional: true,
      cells: {
        ...NO_TIMERS,
        start: AGAIN,
        done: [`target ${step}→done`, "rule 9: a late done of a saga that did not turn is accepted"],
        failed:
          step === "failed" || step === "skipped"
            ? ["recorded", "it had no effect, and has none"]
            : [`target ${step}→failed`, "rule 9: nobody waits for it, but now it is known"],
        undone: NOT_ASKED,
        undoFailed: NOT_ASKED,
      },
    }),
  ),
];
