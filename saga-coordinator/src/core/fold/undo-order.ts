import type { CompiledStep } from "../compile/compiled.ts";
import { stepOf } from "../state.ts";
import type { StepStatus } from "../transitions.ts";
import { changeStep, type Draft, tell } from "./draft.ts";
import { payloadFor, sendFirst } from "./requests.ts";
import { turnAgain } from "./turn.ts";

/**
 * Rule 3, one undo at a time. A step is free when no step that depends on it still has an effect or an undo under
 * way; among the free ones unknown go before done, then the latest in history first. An undo that is used up, or
 * whose payload can't be computed, holds back only what it depends on: the others go on.
 *
 * `nothing-left`: no step has an effect that could be undone. `waiting`: an undo is in flight, or none is free.
 */
export function undoNext(draft: Draft): "nothing-left" | "waiting" {
  const steps = draft.definition.steps.filter(({ undo }) => undo !== undefined);
  const status = (step: CompiledStep): StepStatus => stepOf(draft.saga, step.name).status;
  if (steps.some((step) => status(step) === "undoing")) return "waiting";
  const affected = steps.filter((step) => status(step) === "done" || status(step) === "unknown");
  const holding = new Set([...affected, ...steps.filter((step) => status(step) === "undoUsedUp")].map(({ name }) => name));
  if (holding.size === 0) return "nothing-left";
  const [first] = affected;
  if (first !== undefined && draft.saga.status === "compensated") turnAgain(draft, first.name);
  const free = affected.filter(({ dependants }) => [...dependants].every((name) => !holding.has(name)));
  for (const step of inUndoOrder(draft, free)) if (undo(draft, step)) return "waiting";
  return "waiting";
}

function inUndoOrder(draft: Draft, free: readonly CompiledStep[]): readonly CompiledStep[] {
  const rank = ({ name }: CompiledStep): number => (stepOf(draft.saga, name).status === "unknown" ? 0 : 1);
  const order = ({ name }: CompiledStep): number => stepOf(draft.saga, name).order;
  // Reversed first: steps that opened by the same fact go back in the reverse order of the file.
  return free.toReversed().sort((a, b) => rank(a) - rank(b) || order(b) - order(a));
}

function undo(draft: Draft, step: CompiledStep): boolean {
  const payload = payloadFor(draft, step, "undo");
  if (payload === undefined) return false;
  changeStep(draft, step.name, { status: "undoing", cause: "its turn to be undone has come" });
  tell(draft, { kind: "undoing", step: step.name });
  sendFirst(draft, step, { action: "undo", payload });
  return true;
}
