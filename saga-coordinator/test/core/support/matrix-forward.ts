import { AGAIN, type Cells, KEPT, NO_TIMERS, NOT_ASKED, NOT_CANCELLED, type Row, turns } from "./matrix-cells.ts";

const BEFORE_START = {
  ...NO_TIMERS,
  done: KEPT,
  failed: KEPT,
  undone: KEPT,
  undoFailed: KEPT,
} as const satisfies Cells;

const COUNTED = ["recorded", "rule 1: later events of a declined saga are counted only"] as const;

/** Sagas that have not turned: before the start, running, completed. */
export const FORWARD_ROWS: readonly Row[] = [
  {
    saga: "awaiting",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      ...BEFORE_START,
      start: ["saga awaiting→running", "the start; the target still waits for its gate"],
      cancel: ["declined, saga awaiting→declined", "rule 7: cancelled before it started"],
      parentUndoes: ["declined, saga awaiting→declined", "an undo without a do is answered, and a do after it refused"],
      patience: ["saga awaiting→unmatched, alarm", "rule 1: patience over, kept for an operator"],
    },
  },
  {
    saga: "unmatched",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      ...BEFORE_START,
      cancel: ["declined, saga unmatched→declined", "rule 7: cancelled before it started"],
      parentUndoes: ["declined, saga unmatched→declined", "an undo without a do is answered, and a do after it refused"],
      start: ["saga unmatched→running", "rule 1: a start takes it up at any time while it is kept"],
    },
  },
  {
    saga: "declined",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      start: COUNTED,
      done: COUNTED,
      failed: COUNTED,
      undone: COUNTED,
      undoFailed: COUNTED,
      cancel: ["refused", "no saga comes of it anyway"],
      parentUndoes: ["declined", "an undo without a do is answered, and a do after it refused"],
      patience: ["saga declined→awaiting", "rule 1: declined for patience"],
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
      ...turns("saga running→compensating→compensated", "rule 3: a step that never opened is not touched"),
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
      ...turns(
        "target open→undoing, saga running→compensating, sent UndoTarget",
        "rules 3 and 7: what is open is unknown when the saga turns",
      ),
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
      ...turns("target done→undoing, saga running→compensating, sent UndoTarget", "rule 7: what is done is undone"),
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
      ...turns("saga running→compensating→compensated", "failed promises no effect, so nothing is to undo"),
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
      ...turns("target unknown→undoing, saga running→compensating, sent UndoTarget", "rule 3: optional ones included"),
    },
  },
  {
    saga: "running",
    step: "skipped",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target skipped→undoing, sent UndoTarget", "rule 1: a late success, undone although the saga runs on"],
      failed: ["recorded", "it was not to happen, and did not"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      ...turns("saga running→compensating→compensated", "a skipped step has no effect"),
    },
  },
  {
    saga: "running",
    step: "pruned",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["target pruned→undoing, sent UndoTarget", "rule 1: a late success, undone although the saga runs on"],
      failed: ["recorded", "it was not to happen, and did not"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      ...turns("saga running→compensating→compensated", "a pruned step has no effect"),
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
      cancel: NOT_CANCELLED,
      parentUndoes: ["target done→undoing, saga completed→compensating, sent UndoTarget", "the only arrow out of completed"],
    },
  },
  ...(["waiting", "open", "failed", "unknown"] as const).map(
    (step): Row => ({
      saga: "completed",
      step,
      optional: true,
      cells: {
        ...NO_TIMERS,
        start: AGAIN,
        done: [`target ${step}→done`, "rule 9: a late done of a saga that did not turn is accepted"],
        failed:
          step === "failed"
            ? ["recorded", "it had no effect, and has none"]
            : [`target ${step}→failed`, "rule 9: nobody waits for it, but now it is known"],
        undone: NOT_ASKED,
        undoFailed: NOT_ASKED,
        cancel: NOT_CANCELLED,
        parentUndoes:
          step === "open" || step === "unknown"
            ? [`target ${step}→undoing, saga completed→compensating, sent UndoTarget`, "nobody knows whether it happened, so it is undone"]
            : ["saga completed→compensating→compensated", "it has no effect"],
      },
    }),
  ),
];
