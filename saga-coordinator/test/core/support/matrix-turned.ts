import { AGAIN, NO_TIMERS, NOT_ASKED, type Row, SETTLED } from "./matrix-cells.ts";

/** Sagas that have turned: compensating, compensated. */
export const TURNED_ROWS: readonly Row[] = [
  {
    saga: "compensating",
    step: "waiting",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target waiting→undoing, sent UndoTarget", "rule 1: done on any step of a saga that has turned is a late success"],
      failed: ["target waiting→failed, saga compensating→compensated", "failed promises no effect; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
    },
  },
  {
    saga: "compensating",
    step: "done",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, target done→undoing, sent UndoTarget", "rule 14; and its undo, which waited, is tried at every fact"],
      done: ["recorded, target done→undoing, sent UndoTarget", "an answer given twice; and its undo, which waited, is tried at every fact"],
      failed: ["contradiction, target done→undoing, sent UndoTarget", "rule 5: the effect still counts, so it is undone"],
      undone: ["unexpected, target done→undoing, sent UndoTarget", "nobody asked for it yet, so it proves nothing"],
      undoFailed: ["unexpected, target done→undoing, sent UndoTarget", "nobody asked for it yet"],
    },
  },
  {
    saga: "compensating",
    step: "unknown",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, target unknown→undoing, sent UndoTarget", "rule 14; and its undo, which waited, is tried at every fact"],
      done: ["target unknown→undoing, sent UndoTarget", "it did happen; its undo was not sent yet, so one undo is enough"],
      failed: ["target unknown→failed, saga compensating→compensated", "rule 5: failed settles an unknown step and drops an unsent undo"],
      undone: ["unexpected, target unknown→undoing, sent UndoTarget", "nobody asked for it yet, so it proves nothing"],
      undoFailed: ["unexpected, target unknown→undoing, sent UndoTarget", "nobody asked for it yet"],
    },
  },
  {
    saga: "compensating",
    step: "failed",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target failed→undoing, sent UndoTarget", "rule 5: a late success, though it promised not to be"],
      failed: ["recorded, saga compensating→compensated", "an answer given twice; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
    },
  },
  {
    saga: "compensating",
    step: "undoing",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["recorded", "rule 5: a done while its undo is in flight is only recorded"],
      failed: ["recorded", "the undo is sent already and its answer counts"],
      undone: ["target undoing→undone, saga compensating→compensated", "the answer it waits for"],
      undoFailed: ["target undoing→undoUsedUp, alarm", "rule 8: attempts used up (here one) means stuck with an alarm"],
      undoTimeout: ["target undoing→undoUsedUp, alarm", "rule 8: silence uses attempts up too"],
    },
  },
  {
    saga: "compensating",
    step: "undone",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target undone→undoing, sent UndoTarget", "rule 5: a done read after undone sends the undo once more"],
      failed: ["recorded, saga compensating→compensated", "it is undone anyway; nothing else is left to undo"],
      undone: ["recorded, saga compensating→compensated", "an answer given twice; nothing else is left to undo"],
      undoFailed: ["recorded, saga compensating→compensated", "it was undone before; nothing else is left to undo"],
    },
  },
  {
    saga: "compensating",
    step: "undoUsedUp",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, alarm", "rule 14; the alarm is the first of this hand-made state"],
      done: ["recorded, alarm", "the undo was sent; only its answer or an operator settles it"],
      failed: ["target undoUsedUp→failed, saga compensating→compensated", "rule 5: it never happened, so nothing is left to undo"],
      undone: ["target undoUsedUp→undone, saga compensating→compensated", "a late answer removes the cause of being stuck"],
      undoFailed: ["recorded, alarm", "no attempt is left that could fail"],
    },
  },
  {
    saga: "compensating",
    step: "skipped",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target skipped→undoing, sent UndoTarget", "rule 1: done on a skipped step is a late success"],
      failed: ["recorded, saga compensating→compensated", "it was not to happen; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
    },
  },
  {
    saga: "compensating",
    step: "waived",
    cells: {
      ...NO_TIMERS,
      start: ["unexpected, saga compensating→compensated", "rule 14; a waived undo is not waited for"],
      done: ["recorded, saga compensating→compensated", "rule 18: waived stands outside the guarantee"],
      failed: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
      undone: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
      undoFailed: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
    },
  },
  ...(["waiting", "failed", "skipped"] as const).map(
    (step): Row => ({
      saga: "compensated",
      step,
      cells: {
        ...NO_TIMERS,
        start: AGAIN,
        done: [`target ${step}→undoing, saga compensated→compensating, sent UndoTarget`, "rule 5: a late success turns it once more"],
        failed:
          step === "waiting" ? ["target waiting→failed", "failed promises no effect"] : ["recorded", "it had no effect, and has none"],
        undone: NOT_ASKED,
        undoFailed: NOT_ASKED,
      },
    }),
  ),
  {
    saga: "compensated",
    step: "undone",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: [
        "target undone→undoing, saga compensated→compensating, sent UndoTarget",
        "rule 5: a done read after undone sends the undo once more",
      ],
      failed: SETTLED,
      undone: SETTLED,
      undoFailed: SETTLED,
    },
  },
  {
    saga: "compensated",
    step: "waived",
    cells: {
      ...NO_TIMERS,
      start: AGAIN,
      done: ["recorded", "rule 18: waived stands outside the guarantee"],
      failed: ["recorded", "waived stands outside the guarantee"],
      undone: ["recorded", "waived stands outside the guarantee"],
      undoFailed: ["recorded", "waived stands outside the guarantee"],
    },
  },
];
