import assert from "node:assert/strict";
import { evolve, type OperatorAction, type SagaState, type StepState, type StepStatus, stepOf } from "../../../src/core/index.ts";
import { compile } from "../support/play.ts";

/*
 * What an act is asked on: a saga, and in it a step `target` that stands somehow. `before`: a running saga before its
 * pivot, where a target that failed or is silent is optional, since a required one would have turned it. `beyond`: a
 * running saga whose pivot has passed. `without`: a running saga that has given the target up; `completed without`: one
 * that has completed meanwhile. The others are the statuses of sagas by their names.
 */
export const PLACES = [
  "before",
  "beyond",
  "without",
  "completed without",
  "compensating",
  "completed",
  "compensated",
  "awaiting",
  "unmatched",
  "declined",
] as const;
export type Place = (typeof PLACES)[number];

const target = (optional: boolean) => `
saga: acts
start: { on: Started }
deadline: 1h
steps:
  gate: { done: GateDone, timeout: 10m, compensate: { none: it has no effect } }
  target:
    after: [gate]
    command: { emit: DoTarget }
    done: TargetDone
    failed: TargetFailed
    timeout: 10s
    retry: { attempts: 1 }
    optional: ${optional}
    compensate: { emit: UndoTarget, done: TargetUndone, failed: UndoTargetFailed, retry: { attempts: 1 } }
  other: { done: OtherDone, failed: OtherFailed, timeout: 10m, compensate: { none: it has no effect } }
`;
const REQUIRED = compile(target(false));
const OPTIONAL = compile(target(true));
const BEYOND = compile(`
saga: acts
start: { on: Started }
deadline: 1h
steps:
  gate: { pivot: true, command: { emit: DoGate }, done: GateDone, timeout: 10m }
  target: { after: [gate], command: { emit: DoTarget }, done: TargetDone, failed: TargetFailed, timeout: 10s, retry: { attempts: 1 } }
  other: { after: [gate], done: OtherDone, failed: OtherFailed, timeout: 10m }
`);

const definitionOf = (place: Place, step: StepStatus) => {
  if (place === "beyond") return BEYOND;
  if (place === "completed") return OPTIONAL; // rule 9: it is not waited for
  return ["before", "without", "completed without"].includes(place) && ["failed", "unknown"].includes(step) ? OPTIONAL : REQUIRED;
};

const STATUS = { before: "running", beyond: "running", without: "running", "completed without": "completed" } as const;
const UNSTARTED: readonly Place[] = ["awaiting", "unmatched", "declined"];
const UNDO_STATES: readonly StepStatus[] = ["undoing", "undone", "undoUsedUp", "waived"];

/** Why a step can't stand so in a saga like that; undefined when it can. */
export function impossible(place: Place, step: StepStatus): string | undefined {
  if (UNSTARTED.includes(place)) return step === "waiting" ? undefined : "before the start events are only kept";
  if (place === "compensating" && step === "open") return "what is open becomes unknown or failed when the saga turns";
  if (place === "compensated" && ["open", "done", "unknown", "undoing", "undoUsedUp"].includes(step)) return "no effect is left";
  if (place === "beyond" && UNDO_STATES.includes(step)) return "nothing is undone after the pivot";
  if ((place === "without" || place === "completed without") && ["waiting", "open", "skipped", "pruned"].includes(step))
    return "what the saga does without has settled";
  if (place === "before" && UNDO_STATES.includes(step)) return "a saga that runs undoes only what it does without";
  if (place === "completed" && UNDO_STATES.includes(step)) return "nothing of it is undone";
  return undefined;
}

export function stateOf(place: Place, step: StepStatus): SagaState {
  const status = place in STATUS ? STATUS[place as keyof typeof STATUS] : (place as Exclude<Place, keyof typeof STATUS>); // by the line above
  const steps: Record<string, StepState> = {};
  const begun = !UNSTARTED.includes(place);
  if (begun) steps["gate"] = { status: step === "waiting" && status === "running" ? "open" : "done", order: 1, openedAt: 1 };
  if (begun && status === "running") steps["other"] = { status: "open", order: 1, openedAt: 1 };
  if (status === "completed") steps["other"] = { status: "done", order: 3 };
  if (step !== "waiting") steps["target"] = targetState(place, step);
  const timers = step === "undoing" ? { "undoTimeout:target": { dueAt: 9_000, generation: 1 } } : {};
  const deadline = status === "running" ? { deadline: { dueAt: 9_000, generation: 1 } } : {};
  return {
    ...{ tenant: "default", id: "m", definition: "acts", version: 1, status, order: 5, steps, timers: { ...timers, ...deadline } },
    ...(begun ? { startedAt: 1, start: {} } : {}),
    ...(status === "completed" || status === "compensated" ? { endedAt: 4 } : {}),
    ...(isStuck(place, step) ? { stuck: [{ step: "target", cause: "target holds it", actions: [] }] } : {}),
  };
}

const isStuck = (place: Place, step: StepStatus): boolean =>
  step === "undoUsedUp" || (place === "beyond" && ["failed", "unknown"].includes(step));

function targetState(place: Place, status: StepStatus): StepState {
  const sent = { attempt: 1, tries: 1, ids: ["do-1"] };
  const undo = { attempt: 1, tries: 1, ids: ["undo-1"] };
  return {
    status,
    order: 2,
    ...(["skipped", "pruned"].includes(status) ? {} : { openedAt: 2, do: sent }),
    ...(status === "done" ? { doneAt: 3 } : {}),
    ...(UNDO_STATES.includes(status) ? { undo } : {}),
    ...(place === "without" || place === "completed without" ? { givenUp: "skipped" as const } : {}),
  };
}

/** What an act does, in the words of the tables: the reason when it is refused. */
export function outcomeOf(act: OperatorAction, place: Place, step: StepStatus): string {
  const before = stateOf(place, step);
  const data = { by: "ann", role: "operator", reason: "why", ...(OF_STEPS.includes(act) ? { step: "target" } : {}) };
  const { state, moves } = evolve(definitionOf(place, step), before, { entry: { kind: "act", identity: "i", name: act, data }, now: 1000 });
  const [refusal] = moves.flatMap((move) => (move.kind === "refused" ? [move] : []));
  const after = stepOf(state, "target").status;
  if (refusal !== undefined) {
    assert.equal(moves[0], refusal, "an act that is refused did nothing before");
    return `refused: ${refusal.reason}`;
  }
  const sent = moves.flatMap((move) => (move.kind === "sent" ? [`sent ${move.event}${move.sending > 1 ? " again" : ""}`] : []));
  const through = moves.some(({ kind }) => kind === "turned") && state.status === "compensated" ? "compensating→" : "";
  const parts = [
    ...(after === step ? [] : [`target ${step}→${after}`]),
    ...(state.status === before.status ? [] : [`saga ${before.status}→${through}${state.status}`]),
    ...sent,
    ...(state.remembered === undefined ? [] : ["remembered"]),
    ...(state.stuck === undefined ? [] : ["stuck"]),
  ];
  return parts.join(", ") || "nothing";
}

const OF_STEPS: readonly string[] = ["retry", "settle-as-done", "settle-as-failed", "settle-as-no-effect", "waive-undo"];
