import { stepOf } from "../state.ts";
import { changeStep, type Draft, setStatus, tell } from "./draft.ts";

/**
 * The saga turns: nothing is waited for any more but undos. What was open is now unknown, since it may still happen;
 * a command whose last attempt failed explicitly, and that was not sent again, is known to have had no effect.
 */
export function turn(draft: Draft, { step, cause }: { step: string | null; cause: string }): undefined {
  draft.saga.timers = {};
  draft.owned.timers = true;
  for (const { name } of draft.definition.steps) {
    const { status, do: sending } = stepOf(draft.saga, name);
    if (status !== "open") continue;
    const settled = sending?.resend === "failed" ? "failed" : "unknown";
    changeStep(draft, name, { status: settled, settledAt: draft.now, reason: "the saga turned", cause: "the saga turned" });
  }
  delete draft.saga.deadlinePassed;
  turnTo(draft, { step, cause });
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
