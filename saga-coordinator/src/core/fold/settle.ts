import type { CompiledStep } from "../compile/compiled.ts";
import { type SagaState, stepOf } from "../state.ts";
import type { StepStatus } from "../transitions.ts";
import { changeStep, type Draft, setStatus, setTimer, tell } from "./draft.ts";
import { payloadFor, sendFirst } from "./requests.ts";
import { markStuck, unstick } from "./stuck.ts";
import { stepTimer } from "./timer-names.ts";
import { turn } from "./turn.ts";
import { undoNext } from "./undo-order.ts";

/** After every fact: what follows from where the steps stand now. Turns, opens, undoes, ends, or marks as stuck. */
export function settle(draft: Draft): undefined {
  if (draft.saga.status === "running") settleRunning(draft);
  if (draft.saga.status === "compensating" || draft.saga.status === "compensated") settleTurned(draft);
  markStuck(draft);
}

function settleRunning(draft: Draft): undefined {
  const failure = canTurn(draft) ? turningCause(draft) : undefined;
  if (failure !== undefined) return turn(draft, failure);
  for (const step of draft.definition.steps) if (isReady(draft, step)) open(draft, step);
  if (!draft.definition.steps.every((step) => step.optional || isPassed(stepOf(draft.saga, step.name).status))) return;
  unstick(draft);
  setStatus(draft, "completed", "every required step is done");
  draft.saga.endedAt = draft.now;
  draft.saga.timers = {}; // optional steps that are still open are not waited for (rule 9)
  tell(draft, { kind: "completed" });
}

/** Rule 6: no pivot has passed, and none is on its way. */
export function canTurn({ definition, saga }: Pick<Draft, "definition" | "saga">): boolean {
  return definition.steps.every(({ name, pivot }) => !pivot || ["waiting", "failed"].includes(stepOf(saga, name).status));
}

export function pivotHasPassed({ definition, saga }: Pick<Draft, "definition" | "saga">): boolean {
  return definition.steps.some(({ name, pivot }) => pivot && isPassed(stepOf(saga, name).status));
}

/** Rules 2 and 7: a required step that failed for good or is silent for good, or a deadline that had to wait for the pivot. */
function turningCause({ definition, saga }: Draft): { step: string | null; cause: string } | undefined {
  for (const { name, optional } of definition.steps) {
    const { status, reason = status } = stepOf(saga, name);
    if (!optional && (status === "failed" || status === "unknown")) return { step: name, cause: reason };
  }
  return saga.deadlinePassed === true ? { step: null, cause: "the deadline of the saga passed" } : undefined;
}

const isPassed = (status: StepStatus): boolean => status === "done" || status === "skipped";

/** A step it waits for lets it open when done or skipped; an optional one however it settled (rule 9). */
function isReady({ definition, saga }: Draft, step: CompiledStep): boolean {
  if (stepOf(saga, step.name).status !== "waiting") return false;
  return step.waitsFor.every((name) => {
    const { status } = stepOf(saga, name);
    const settledAnyhow = definition.stepByName.get(name)?.optional === true && (status === "failed" || status === "unknown");
    return isPassed(status) || settledAnyhow;
  });
}

function open(draft: Draft, step: CompiledStep): undefined {
  const payload = payloadFor(draft, step, "do");
  // Its request can't be computed: it stays closed, the saga is stuck on the expression, and every fact tries again.
  if (step.command !== undefined && payload === undefined) return;
  changeStep(draft, step.name, { status: "open", order: draft.saga.order, openedAt: draft.now, cause: "what it waits for is settled" });
  tell(draft, { kind: "opened", step: step.name });
  if (payload !== undefined) sendFirst(draft, step, { action: "do", payload });
  else if (step.timeoutMillis !== undefined) setTimer(draft, stepTimer("timeout", step.name), draft.now + step.timeoutMillis);
}

/** One undo at a time; when none is left and none is stuck, everything is undone. */
function settleTurned(draft: Draft): undefined {
  const outcome = undoNext(draft);
  if (outcome !== "nothing-left" || draft.saga.status === "compensated") return;
  unstick(draft);
  setStatus(draft, "compensated", "every undo is confirmed");
  draft.saga.endedAt = draft.now;
  tell(draft, { kind: "compensated" });
}

/** Steps that still have, or may have, an effect that must be undone. */
export function outstandingUndos(definition: Draft["definition"], saga: SagaState): readonly string[] {
  const owing: readonly StepStatus[] = ["done", "unknown", "undoing", "undoUsedUp"];
  return definition.steps
    .filter(({ name, undo }) => undo !== undefined && owing.includes(stepOf(saga, name).status))
    .map(({ name }) => name);
}
