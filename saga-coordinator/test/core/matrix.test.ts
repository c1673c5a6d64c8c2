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
import { FACTS, type FactKind, type Row } from "./support/matrix-cells.ts";
import { FORWARD_ROWS } from "./support/matrix-forward.ts";
import { GIVEN_UP_ROWS } from "./support/matrix-given-up.ts";
import { TURNED_ROWS } from "./support/matrix-turned.ts";
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

const EVENTS: { readonly [kind in FactKind]?: string } = {
  start: "Started",
  done: "TargetDone",
  failed: "TargetFailed",
  undone: "TargetUndone",
  undoFailed: "UndoTargetFailed",
};
const ACTS: { readonly [kind in FactKind]?: string } = { cancel: "cancel", parentUndoes: "undo" };
const TIMERS: { readonly [kind in FactKind]?: string } = {
  ...{ timeout: "timeout:target", retry: "retry:target", undoTimeout: "undoTimeout:target", undoRetry: "undoRetry:target" },
  ...{ wait: "wait:target", repeat: "repeat:target", outcome: "outcome:target" },
  deadline: "deadline",
  patience: "patience",
};

const ROWS: readonly Row[] = [...FORWARD_ROWS, ...GIVEN_UP_ROWS, ...TURNED_ROWS];

const UNSTARTED: readonly SagaStatus[] = ["awaiting", "unmatched", "declined"];
const UNDO_STATES: readonly StepStatus[] = ["undoing", "undone", "undoUsedUp", "waived"];

/** Why a combination can't be reached; undefined when it can. */
function impossible(saga: SagaStatus, step: StepStatus): string | undefined {
  if (UNSTARTED.includes(saga) && step !== "waiting") return "before the start events are only kept";
  if ((saga === "compensating" || saga === "compensated") && step === "open")
    return "what is open becomes unknown or failed when the saga turns";
  if (saga === "compensated" && ["done", "unknown", "undoing", "undoUsedUp"].includes(step))
    return "compensated means that no effect is left";
  return undefined;
}

const UNDO = { attempt: 1, tries: 1, ids: ["undo-1"] };

function stateOf({ saga, step, givenUp }: Row): SagaState {
  const steps: Record<string, StepState> = {};
  if (!UNSTARTED.includes(saga)) steps["gate"] = { status: step === "waiting" && saga === "running" ? "open" : "done", order: 1 };
  if (step !== "waiting")
    steps["target"] = {
      status: step,
      order: 2,
      ...(UNDO_STATES.includes(step) ? { undo: UNDO } : {}),
      ...(givenUp ? ({ givenUp: "skipped" } as const) : {}),
    };
  if (saga === "running") steps["other"] = { status: "open", order: 1 };
  if (saga === "completed") steps["other"] = { status: "done", order: 3 };
  const timers: Record<string, { dueAt: number; generation: number }> = {};
  if (saga === "running") timers["deadline"] = { dueAt: 1000, generation: 1 };
  if (saga === "running" && step === "open") timers["timeout:target"] = { dueAt: 1000, generation: 1 };
  if (step === "undoing") timers["undoTimeout:target"] = { dueAt: 1000, generation: 1 };
  if (saga === "awaiting" || saga === "declined") timers["patience"] = { dueAt: 1000, generation: 1 };
  return { tenant: "default", id: "m", definition: "matrix", version: 1, status: saga, order: 5, startedAt: 1, start: {}, steps, timers };
}

function entryOf(fact: FactKind): FactEntry {
  const event = EVENTS[fact];
  if (event !== undefined) return { kind: "event", identity: "i", name: event };
  const act = ACTS[fact];
  if (act !== undefined) return { kind: "act", identity: "i", name: act };
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
    ...(["kept", "recorded", "unexpected", "contradiction", "refused", "declined"] as const).filter((kind) => kinds.includes(kind)),
    ...(step === row.step ? [] : [`target ${row.step}→${step}`]),
    ...(state.status === row.saga ? [] : [`saga ${row.saga}→${through}${state.status}`]),
    ...(kinds.includes("compensated") && state.status === row.saga ? ["compensated again"] : []),
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
