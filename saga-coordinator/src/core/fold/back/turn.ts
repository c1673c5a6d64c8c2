import { stepOf } from "../../state.ts";
import { changeStep, type Draft, setStatus, tell } from "../draft.ts";
import { unitsOf } from "../standing.ts";
import { isUndoTimer } from "../timer-names.ts";

/**
 * The saga turns: nothing is waited for any more but undos. What was open is now unknown, since it may still happen;
 * a command whose last attempt failed explicitly, and that was not sent again, is known to have had no effect, and so
 * is a wait.
 */
export function turn(draft: Draft, { step, cause }: { step: string | null; cause: string }): undefined {
  draft.saga.timers = Object.fromEntries(Object.entries(draft.saga.timers).filter(([name]) => isUndoTimer(name)));
  draft.owned.timers = true;
  for (const definitionStep of draft.definition.steps) {
    const units = unitsOf(draft.saga, definitionStep);
    for (const unit of definitionStep.each === undefined ? units : [...units, definitionStep])
      closeOpen(draft, unit.name, unit.wait !== undefined);
  }
  delete draft.saga.remembered;
  delete draft.saga.endedAt; // of a sub-saga that was completed, and that its parent undoes
  delete draft.saga.result;
  turnTo(draft, { step, cause });
}

function closeOpen(draft: Draft, name: string, isWait: boolean): undefined {
  const { status, do: sending } = stepOf(draft.saga, name);
  if (status !== "open") return;
  const settled = isWait || sending?.resend === "failed" || sending?.resend === "round" ? "failed" : "unknown";
  changeStep(draft, name, { status: settled, settledAt: draft.now, reason: "the saga turned", cause: "the saga turned" });
}

/** Rule 5: an undone saga learns of an effect that happened after all. */
export function turnAgain(draft: Draft, step: string): undefined {
  delete draft.saga.endedAt;
  turnTo(draft, { step, cause: `late success of ${step}` });
}

function turnTo(draft: Draft, { step, cause }: { step: string | null; cause: string }): undefined {
  setStatus(draft, "compensating", cause);
  draft.saga.turn ??= { step, cause, at: draft.now };
  tell(draft, { kind: "turned", step, cause });
}
