import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import type { StepStatus } from "../../transitions.ts";
import { payloadFor, sendFirst } from "../asking/requests.ts";
import { changeStep, type Draft, hasTurned, setTimer, tell } from "../draft.ts";
import { unitsOf } from "../standing.ts";
import { stepTimer } from "../timer-names.ts";
import { turnAgain } from "./turn.ts";

/**
 * Rule 3. A step is free when no step that depends on it still has an effect or an undo under way; among the free ones
 * unknown go before done, then the latest in history first. One undo at a time, or all that are free together. An undo
 * that is used up, or whose payload can't be computed, holds back only what it depends on: the others go on. In a saga
 * that did not turn it is about the steps that it does without.
 *
 * `nothing-left`: no step has an effect that is to be undone. `waiting`: an undo is in flight, or none is free.
 */
export function undoNext(draft: Draft): "nothing-left" | "waiting" {
  const units = hasTurned(draft) || doesWithout(draft) ? unitsToUndo(draft) : [];
  if (units.length === 0) return "nothing-left";
  const status = ({ name }: CompiledStep): StepStatus => stepOf(draft.saga, name).status;
  const undoing = units.filter((unit) => status(unit) === "undoing");
  const inParallel = draft.definition.undoesInParallel;
  if (undoing.length > 0 && !inParallel) return "waiting";
  const affected = units.filter((unit) => status(unit) === "done" || status(unit) === "unknown");
  const usedUp = units.filter((unit) => status(unit) === "undoUsedUp");
  const holding = new Set([...affected, ...usedUp, ...undoing].map(({ base }) => base));
  if (holding.size === 0) return "nothing-left";
  const [first] = affected;
  if (first !== undefined && draft.saga.status === "compensated") turnAgain(draft, first.name);
  const free = affected.filter(({ dependants }) => [...dependants].every((name) => !holding.has(name)));
  for (const unit of inUndoOrder(draft, free)) if (undo(draft, unit) && !inParallel) return "waiting";
  return "waiting";
}

/** Whether there is a step that the saga, which runs on, does without. */
function doesWithout({ saga }: Draft): boolean {
  for (const name in saga.steps) if (saga.steps[name]?.givenUp !== undefined) return true;
  return false;
}

function unitsToUndo(draft: Draft): readonly CompiledStep[] {
  const { definition, saga } = draft;
  const all = hasTurned(draft);
  return definition.steps.flatMap((step) => {
    const concerned = step.undo !== undefined && (all || stepOf(saga, step.name).givenUp !== undefined);
    return concerned ? unitsOf(saga, step) : [];
  });
}

function inUndoOrder(draft: Draft, free: readonly CompiledStep[]): readonly CompiledStep[] {
  const rank = ({ name }: CompiledStep): number => (stepOf(draft.saga, name).status === "unknown" ? 0 : 1);
  const order = ({ name }: CompiledStep): number => stepOf(draft.saga, name).order;
  // Reversed first: steps that opened by the same fact go back in the reverse order of the file.
  return free.toReversed().sort((a, b) => rank(a) - rank(b) || order(b) - order(a));
}

function undo(draft: Draft, step: CompiledStep): boolean {
  if (stepOf(draft.saga, step.name).status === "unknown" && step.undo?.whenUnknown === "wait") return awaitOutcome(draft, step);
  const payload = payloadFor(draft, step, "undo");
  if (payload === undefined) return false;
  changeStep(draft, step.name, { status: "undoing", cause: "its turn to be undone has come" });
  tell(draft, { kind: "undoing", step: step.name });
  sendFirst(draft, step, { action: "undo", payload });
  return true;
}

/** Rule 4: its undo reads what only its late answer can tell. Others go on meanwhile. */
function awaitOutcome(draft: Draft, { name, undo }: CompiledStep): false {
  const timer = stepTimer("outcome", name);
  const waits = draft.saga.timers[timer] !== undefined || stepOf(draft.saga, name).overdue === true;
  if (!waits && undo?.timeoutMillis !== undefined) setTimer(draft, timer, draft.now + undo.timeoutMillis);
  return false;
}
