import assert from "node:assert/strict";
import { test } from "node:test";
import {
  evolve,
  type FactEntry,
  type Move,
  SAGA_TRANSITIONS,
  type SagaState,
  type SagaStatus,
  STEP_TRANSITIONS,
  type StepState,
  type StepStatus,
  stepOf,
} from "../../src/core/index.ts";
import { compile } from "./support/play.ts";

/*
 * saga status x step status x fact. Every cell that can be is listed with its outcome and why; every one that can't is
 * listed as impossible with why. The last test proves that none is missing.
 *
 * The step under test is `target`. `other` is a required step that stays open (or done in an ended saga), so that the
 * saga does not end by accident; `gate` comes before the target and keeps it waiting. Where only an optional step can be in the state, `target` is optional.
 */
const definition = (optional: boolean) =>
  compile(`
saga: matrix
start: { on: Started }
deadline: 1h
steps:
  gate: { done: GateDone, timeout: 10m, compensate: { none: it has no effect } }
  target:
    after: [gate]
    done: TargetDone
    failed: TargetFailed
    timeout: 10s
    optional: ${optional}
    compensate: { emit: UndoTarget, done: TargetUndone, failed: UndoTargetFailed, retry: { attempts: 1 } }
  other: { done: OtherDone, failed: OtherFailed, timeout: 10m, compensate: { none: it has no effect } }
`);
const REQUIRED = definition(false);
const OPTIONAL = definition(true);

const FACTS = ["start", "done", "failed", "undone", "undoFailed", "timeout", "undoTimeout", "deadline", "patience"] as const;
type FactKind = (typeof FACTS)[number];

const EVENTS: { readonly [kind in FactKind]?: string } = {
  start: "Started",
  done: "TargetDone",
  failed: "TargetFailed",
  undone: "TargetUndone",
  undoFailed: "UndoTargetFailed",
};
const TIMERS: { readonly [kind in FactKind]?: string } = {
  timeout: "timeout:target",
  undoTimeout: "undoTimeout:target",
  deadline: "deadline",
  patience: "patience",
};

type Cells = { readonly [kind in FactKind]?: readonly [outcome: string, why: string] };
type Row = { readonly saga: SagaStatus; readonly step: StepStatus; readonly optional?: true; readonly cells: Cells };

const AGAIN = ["unexpected", "rule 14: the first start wins"] as const;
const NOT_ASKED = ["unexpected", "rule 1: nobody asked for an undo"] as const;
const STALE = ["nothing", "this timer does not run in this state, so it is one that was cleared"] as const;
const KEPT = ["kept", "rule 1: an event before its start waits in the document"] as const;
const SETTLED = ["recorded", "it was undone already; an answer given twice changes nothing"] as const;

const BEFORE_START = {
  done: KEPT,
  failed: KEPT,
  undone: KEPT,
  undoFailed: KEPT,
  timeout: STALE,
  undoTimeout: STALE,
  deadline: STALE,
} as const satisfies Cells;

const ROWS: readonly Row[] = [
  {
    saga: "awaiting",
    step: "waiting",
    cells: {
      ...BEFORE_START,
      start: ["saga awaiting→running", "the start; the target still waits for its gate"],
      patience: ["saga awaiting→unmatched, alarm", "rule 1: patience over, kept for an operator"],
    },
  },
  {
    saga: "unmatched",
    step: "waiting",
    cells: {
      ...BEFORE_START,
      start: ["saga unmatched→running", "rule 1: a start takes it up at any time while it is kept"],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "waiting",
    cells: {
      start: AGAIN,
      done: ["target waiting→done", "rule 1: done counts in every step state; done early is accepted"],
      failed: ["target waiting→failed, saga running→compensating→compensated", "rule 2: a required step failed, whatever topic was faster"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: ["saga running→compensating→compensated", "rule 3: a step that never opened is not touched"],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "open",
    cells: {
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
      undoTimeout: STALE,
      deadline: [
        "target open→undoing, saga running→compensating, sent UndoTarget",
        "rules 3 and 7: what is open is unknown when the saga turns",
      ],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "done",
    cells: {
      start: AGAIN,
      done: ["recorded", "an answer given twice"],
      failed: ["contradiction", "rule 5: after done it is a contradiction, and the effect still counts"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: ["target done→undoing, saga running→compensating, sent UndoTarget", "rule 7: what is done is undone"],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "failed",
    optional: true,
    cells: {
      start: AGAIN,
      done: ["target failed→done", "rule 9: a late done of a saga that did not turn is accepted"],
      failed: ["recorded", "an answer given twice"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: ["saga running→compensating→compensated", "failed promises no effect, so nothing is to undo"],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "unknown",
    optional: true,
    cells: {
      start: AGAIN,
      done: ["target unknown→done", "rule 9: a late done of a saga that did not turn is accepted"],
      failed: ["target unknown→failed", "rule 5: failed settles an unknown step"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: ["target unknown→undoing, saga running→compensating, sent UndoTarget", "rule 3: optional ones included"],
      patience: STALE,
    },
  },
  {
    saga: "running",
    step: "skipped",
    cells: {
      start: AGAIN,
      done: ["target skipped→done", "rule 1: done counts in every step state"],
      failed: ["recorded", "it was not to happen, and did not"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: ["saga running→compensating→compensated", "a skipped step has no effect"],
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "waiting",
    cells: {
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target waiting→undoing, sent UndoTarget", "rule 1: done on any step of a saga that has turned is a late success"],
      failed: ["target waiting→failed, saga compensating→compensated", "failed promises no effect; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "done",
    cells: {
      start: ["unexpected, target done→undoing, sent UndoTarget", "rule 14; and its undo, which waited, is tried at every fact"],
      done: ["recorded, target done→undoing, sent UndoTarget", "an answer given twice; and its undo, which waited, is tried at every fact"],
      failed: ["contradiction, target done→undoing, sent UndoTarget", "rule 5: the effect still counts, so it is undone"],
      undone: ["unexpected, target done→undoing, sent UndoTarget", "nobody asked for it yet, so it proves nothing"],
      undoFailed: ["unexpected, target done→undoing, sent UndoTarget", "nobody asked for it yet"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "unknown",
    cells: {
      start: ["unexpected, target unknown→undoing, sent UndoTarget", "rule 14; and its undo, which waited, is tried at every fact"],
      done: ["target unknown→undoing, sent UndoTarget", "it did happen; its undo was not sent yet, so one undo is enough"],
      failed: ["target unknown→failed, saga compensating→compensated", "rule 5: failed settles an unknown step and drops an unsent undo"],
      undone: ["unexpected, target unknown→undoing, sent UndoTarget", "nobody asked for it yet, so it proves nothing"],
      undoFailed: ["unexpected, target unknown→undoing, sent UndoTarget", "nobody asked for it yet"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "failed",
    cells: {
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target failed→undoing, sent UndoTarget", "rule 5: a late success, though it promised not to be"],
      failed: ["recorded, saga compensating→compensated", "an answer given twice; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "undoing",
    cells: {
      start: AGAIN,
      done: ["recorded", "rule 5: a done while its undo is in flight is only recorded"],
      failed: ["recorded", "the undo is sent already and its answer counts"],
      undone: ["target undoing→undone, saga compensating→compensated", "the answer it waits for"],
      undoFailed: ["target undoing→undoUsedUp, alarm", "rule 8: attempts used up (here one) means stuck with an alarm"],
      timeout: STALE,
      undoTimeout: ["target undoing→undoUsedUp, alarm", "rule 8: silence uses attempts up too"],
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "undone",
    cells: {
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target undone→undoing, sent UndoTarget", "rule 5: a done read after undone sends the undo once more"],
      failed: ["recorded, saga compensating→compensated", "it is undone anyway; nothing else is left to undo"],
      undone: ["recorded, saga compensating→compensated", "an answer given twice; nothing else is left to undo"],
      undoFailed: ["recorded, saga compensating→compensated", "it was undone before; nothing else is left to undo"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "undoUsedUp",
    cells: {
      start: ["unexpected, alarm", "rule 14; the alarm is the first of this hand-made state"],
      done: ["recorded, alarm", "the undo was sent; only its answer or an operator settles it"],
      failed: ["target undoUsedUp→failed, saga compensating→compensated", "rule 5: it never happened, so nothing is left to undo"],
      undone: ["target undoUsedUp→undone, saga compensating→compensated", "a late answer removes the cause of being stuck"],
      undoFailed: ["recorded, alarm", "no attempt is left that could fail"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "skipped",
    cells: {
      start: ["unexpected, saga compensating→compensated", "rule 14; nothing else is left to undo"],
      done: ["target skipped→undoing, sent UndoTarget", "rule 1: done on a skipped step is a late success"],
      failed: ["recorded, saga compensating→compensated", "it was not to happen; nothing else is left to undo"],
      undone: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      undoFailed: ["unexpected, saga compensating→compensated", "nobody asked for it; nothing else is left to undo"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensating",
    step: "waived",
    cells: {
      start: ["unexpected, saga compensating→compensated", "rule 14; a waived undo is not waited for"],
      done: ["recorded, saga compensating→compensated", "rule 18: waived stands outside the guarantee"],
      failed: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
      undone: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
      undoFailed: ["recorded, saga compensating→compensated", "waived stands outside the guarantee"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "completed",
    step: "done",
    cells: {
      start: AGAIN,
      done: ["recorded", "an answer given twice"],
      failed: ["contradiction", "rule 5: the effect still counts; somebody should look"],
      undone: NOT_ASKED,
      undoFailed: NOT_ASKED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  ...(["waiting", "open", "failed", "unknown", "skipped"] as const).map(
    (step): Row => ({
      saga: "completed",
      step,
      optional: true,
      cells: {
        start: AGAIN,
        done: [`target ${step}→done`, "rule 9: a late done of a saga that did not turn is accepted"],
        failed:
          step === "failed" || step === "skipped"
            ? ["recorded", "it had no effect, and has none"]
            : [`target ${step}→failed`, "rule 9: nobody waits for it, but now it is known"],
        undone: NOT_ASKED,
        undoFailed: NOT_ASKED,
        timeout: STALE,
        undoTimeout: STALE,
        deadline: STALE,
        patience: STALE,
      },
    }),
  ),
  ...(["waiting", "failed", "skipped"] as const).map(
    (step): Row => ({
      saga: "compensated",
      step,
      cells: {
        start: AGAIN,
        done: [`target ${step}→undoing, saga compensated→compensating, sent UndoTarget`, "rule 5: a late success turns it once more"],
        failed:
          step === "waiting" ? ["target waiting→failed", "failed promises no effect"] : ["recorded", "it had no effect, and has none"],
        undone: NOT_ASKED,
        undoFailed: NOT_ASKED,
        timeout: STALE,
        undoTimeout: STALE,
        deadline: STALE,
        patience: STALE,
      },
    }),
  ),
  {
    saga: "compensated",
    step: "undone",
    cells: {
      start: AGAIN,
      done: [
        "target undone→undoing, saga compensated→compensating, sent UndoTarget",
        "rule 5: a done read after undone sends the undo once more",
      ],
      failed: SETTLED,
      undone: SETTLED,
      undoFailed: SETTLED,
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
  {
    saga: "compensated",
    step: "waived",
    cells: {
      start: AGAIN,
      done: ["recorded", "rule 18: waived stands outside the guarantee"],
      failed: ["recorded", "waived stands outside the guarantee"],
      undone: ["recorded", "waived stands outside the guarantee"],
      undoFailed: ["recorded", "waived stands outside the guarantee"],
      timeout: STALE,
      undoTimeout: STALE,
      deadline: STALE,
      patience: STALE,
    },
  },
];

const UNDO_STATES: readonly StepStatus[] = ["undoing", "undone", "undoUsedUp", "waived"];

/** Why a combination can't be reached; undefined when it can. */
function impossible(saga: SagaStatus, step: StepStatus): string | undefined {
  if ((saga === "awaiting" || saga === "unmatched") && step !== "waiting") return "before the start events are only kept";
  if ((saga === "running" || saga === "completed") && UNDO_STATES.includes(step)) return "nothing is undone in a saga that did not turn";
  if ((saga === "compensating" || saga === "compensated") && step === "open")
    return "what is open becomes unknown or failed when the saga turns";
  if (saga === "compensated" && ["done", "unknown", "undoing", "undoUsedUp"].includes(step))
    return "compensated means that no effect is left";
  return undefined;
}

const UNDO = { attempt: 1, tries: 1, ids: ["undo-1"] };

function stateOf({ saga, step }: Row): SagaState {
  const steps: Record<string, StepState> = {};
  if (saga !== "awaiting" && saga !== "unmatched")
    steps["gate"] = { status: step === "waiting" && saga === "running" ? "open" : "done", order: 1 };
  if (step !== "waiting") steps["target"] = { status: step, order: 2, ...(UNDO_STATES.includes(step) ? { undo: UNDO } : {}) };
  if (saga === "running") steps["other"] = { status: "open", order: 1 };
  if (saga === "completed") steps["other"] = { status: "done", order: 3 };
  const timers: Record<string, { dueAt: number; generation: number }> = {};
  if (saga === "running") timers["deadline"] = { dueAt: 1000, generation: 1 };
  if (saga === "running" && step === "open") timers["timeout:target"] = { dueAt: 1000, generation: 1 };
  if (step === "undoing") timers["undoTimeout:target"] = { dueAt: 1000, generation: 1 };
  if (saga === "awaiting") timers["patience"] = { dueAt: 1000, generation: 1 };
  return { tenant: "default", id: "m", definition: "matrix", version: 1, status: saga, order: 5, startedAt: 1, start: {}, steps, timers };
}

function entryOf(fact: FactKind): FactEntry {
  const event = EVENTS[fact];
  if (event !== undefined) return { kind: "event", identity: "i", name: event };
  return { kind: "timer", identity: "i", name: TIMERS[fact] ?? "", dueAt: 1000 };
}

/** What a fold did, in the words of the table. */
function outcomeOf(row: Row, fact: FactKind): string {
  const compiled = row.optional === true ? OPTIONAL : REQUIRED;
  const before = stateOf(row);
  const { state, moves } = evolve(compiled, before, { entry: entryOf(fact), now: 1000 });
  const kinds = moves.map(({ kind }: Move) => kind);
  const step = stepOf(state, "target").status;
  const through = kinds.includes("turned") && state.status === "compensated" ? "compensating→" : "";
  const sent = moves.flatMap((move) => (move.kind === "sent" ? [`sent ${move.event}`] : []));
  const alarms = kinds.some((kind) => kind === "stuck" || kind === "unmatched");
  const parts = [
    ...(["kept", "recorded", "unexpected", "contradiction"] as const).filter((kind) => kinds.includes(kind)),
    ...(step === row.step ? [] : [`target ${row.step}→${step}`]),
    ...(state.status === row.saga ? [] : [`saga ${row.saga}→${through}${state.status}`]),
    ...sent,
    ...(alarms ? ["alarm"] : []),
  ];
  return parts.join(", ") || "nothing";
}

for (const row of ROWS) {
  test(`a ${row.saga} saga with a step that is ${row.step} answers every fact as its row says`, () => {
    for (const fact of FACTS) {
      const cell = row.cells[fact];
      assert.ok(cell, `the cell ${row.saga} x ${row.step} x ${fact} is missing`);
      assert.equal(outcomeOf(row, fact), cell[0], `${row.saga} x ${row.step} x ${fact}: ${cell[1]}`);
    }
  });
}

test("every combination of saga status and step status is in the table once, or impossible for a reason", () => {
  const sagas = Object.keys(SAGA_TRANSITIONS) as SagaStatus[]; // keys of a const object
  const steps = Object.keys(STEP_TRANSITIONS) as StepStatus[]; // keys of a const object
  for (const saga of sagas) {
    for (const step of steps) {
      const rows = ROWS.filter((row) => row.saga === saga && row.step === step).length;
      assert.equal(
        rows,
        impossible(saga, step) === undefined ? 1 : 0,
        `${saga} x ${step}: ${impossible(saga, step) ?? "a row is missing or doubled"}`,
      );
    }
  }
});
