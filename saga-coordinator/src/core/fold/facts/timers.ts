import type { CompiledStep } from "../../compile/compiled.ts";
import { formatDuration } from "../../definition/durations.ts";
import { stepOf } from "../../state.ts";
import { retryLater, sendAgain } from "../asking/requests.ts";
import { turn } from "../back/turn.ts";
import { changeStep, clearTimer, type Draft, setStatus, tell } from "../draft.ts";
import { canTurn, pivotHasPassed } from "../forward/pivot.ts";
import { endWait } from "../forward/waits.ts";
import { unitNamed } from "../standing.ts";
import { parseTimerName } from "../timer-names.ts";
import { useUp } from "./answers.ts";
import { askNextRound } from "./rounds.ts";

/** Folds a timer that is due. Its name stands in the state's timers, so what it waited for has not come. */
export function foldTimer(draft: Draft, name: string): undefined {
  clearTimer(draft, name);
  const timer = parseTimerName(name);
  if (timer?.kind === "deadline") return foldDeadline(draft);
  if (timer?.kind === "patience") return foldPatience(draft);
  const step = timer === undefined ? undefined : unitNamed(draft.definition, timer.step);
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
    case "wait":
      return endWait(draft, step);
    case "repeat":
      return askNextRound(draft, step);
    case "outcome":
      return changeStep(draft, step.name, { overdue: true, cause: "its outcome did not come in time" });
    default:
      return timer.kind satisfies never;
  }
}

function foldStepTimeout(draft: Draft, step: CompiledStep): undefined {
  const { timeoutMillis = 0 } = step;
  const reason = `no answer in ${formatDuration(timeoutMillis)}`;
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
  const cause = "the deadline of the saga passed";
  if (canTurn(draft)) return turn(draft, { step: null, cause });
  if (pivotHasPassed(draft)) return tell(draft, { kind: "deadlineIgnored", reason: "the pivot has passed, the saga runs on" });
  draft.saga.remembered ??= { by: "deadline", cause };
}

/** No start came, or the time of a declined one is over: then the document is as if nothing had come. */
function foldPatience(draft: Draft): undefined {
  if (draft.saga.status === "declined") return setStatus(draft, "awaiting", "the patience after a declined start is over");
  setStatus(draft, "unmatched", "no start came within the patience");
  tell(draft, { kind: "unmatched" });
}
