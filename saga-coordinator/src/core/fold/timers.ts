import type { CompiledStep } from "../compile/compiled.ts";
import { formatDuration } from "../definition/durations.ts";
import { stepOf } from "../state.ts";
import { useUp } from "./answers.ts";
import { changeStep, clearTimer, type Draft, setStatus, tell } from "./draft.ts";
import { retryLater, sendAgain } from "./requests.ts";
import { canTurn, pivotHasPassed } from "./settle.ts";
import { parseTimerName } from "./timer-names.ts";
import { turn } from "./turn.ts";

/** Folds a timer that is due. Its name stands in the state's timers, so what it waited for has not come. */
export function foldTimer(draft: Draft, name: string): undefined {
  clearTimer(draft, name);
  const timer = parseTimerName(name);
  if (timer?.kind === "deadline") return foldDeadline(draft);
  if (timer?.kind === "patience") return foldPatience(draft);
  const step = timer === undefined ? undefined : draft.definition.stepByName.get(timer.step);
  if (timer === undefined || step === undefined) return;
  switch (timer.kind) {
    case "timeout":
      return foldStepTimeout(draft, step);
    case "undoTimeout":
      return foldUndoTimeout(draft, step);
    case "retry":
      return sendAgain(draft, step, "do");
    case "undoRetry":
      return sendAgain(draft, step, "undo");
    default:
      return timer.kind satisfies never;
  }
}

function foldStepTimeout(draft: Draft, step: CompiledStep): undefined {
  const reason = `no answer in ${formatDuration(step.timeoutMillis ?? 0)}`;
  if (retryLater(draft, step, { action: "do", cause: "timeout", reason })) return;
  const tries = stepOf(draft.saga, step.name).do?.tries ?? 1;
  const full = tries > 1 ? `${reason}, ${tries} times` : reason;
  changeStep(draft, step.name, { status: "unknown", settledAt: draft.now, reason: full, cause: full });
  tell(draft, { kind: "timedOut", step: step.name });
}

function foldUndoTimeout(draft: Draft, step: CompiledStep): undefined {
  const reason = `no answer in ${formatDuration(step.undo?.timeoutMillis ?? 0)}`;
  if (retryLater(draft, step, { action: "undo", cause: "timeout", reason })) return;
  const tries = stepOf(draft.saga, step.name).undo?.tries ?? 1;
  useUp(draft, step, `${reason}, ${tries} times`);
}

/** Rule 7. */
function foldDeadline(draft: Draft): undefined {
  if (canTurn(draft)) return turn(draft, { step: null, cause: "the deadline of the saga passed" });
  if (pivotHasPassed(draft)) tell(draft, { kind: "deadlineIgnored", reason: "the pivot has passed, the saga runs on" });
  else draft.saga.deadlinePassed = true;
}

/** A deadline that waited for the pivot has nothing left to act on once the pivot passed: it alarms instead. */
export function releaseDeadline(draft: Draft): undefined {
  if (draft.saga.deadlinePassed !== true || !pivotHasPassed(draft)) return;
  delete draft.saga.deadlinePassed;
  tell(draft, { kind: "deadlineIgnored", reason: "the pivot passed after the deadline, the saga runs on" });
}

function foldPatience(draft: Draft): undefined {
  setStatus(draft, "unmatched", "no start came within the patience");
  tell(draft, { kind: "unmatched" });
}
