import { turn } from "../back/turn.ts";
import { type Draft, tell } from "../draft.ts";
import { decline, tellTaken } from "../facts/starting.ts";
import { canTurn, pivotHasPassed } from "../forward/pivot.ts";
import type { Asked } from "./act-data.ts";

/* What turns a saga because somebody asks for it: a cancel, an operator, or the saga that started it. */

/** Rule 7: turns a saga before the pivot, waits while the pivot is under way, and is refused after it. */
export function cancel(draft: Draft): undefined {
  const { status } = draft.saga;
  const cause = "the saga was cancelled";
  if (status === "awaiting" || status === "unmatched") return decline(draft, { cause });
  if (status !== "running") return tell(draft, { kind: "refused", act: "cancel", reason: `the saga is ${status}` });
  turnByAct(draft, { act: "cancel", cause });
}

/** The same of a saga that runs, and nothing of one that has not started. Only its parent turns a saga that has completed. */
export function compensate(draft: Draft, { reason }: Asked): undefined {
  const { status } = draft.saga;
  if (status !== "running") return tell(draft, { kind: "refused", act: "compensate", reason: `the saga is ${status}` });
  turnByAct(draft, { act: "compensate", cause: `an operator made it compensate${reason === undefined ? "" : `: ${reason}`}` });
}

function turnByAct(draft: Draft, { act, cause }: { act: "cancel" | "compensate" | "undo"; cause: string }): undefined {
  if (pivotHasPassed(draft)) return tell(draft, { kind: "refused", act, reason: "the pivot has passed, so nothing is undone" });
  if (canTurn(draft)) return turn(draft, { step: null, cause });
  draft.saga.remembered ??= { by: act === "compensate" ? act : "cancel", cause };
}

/**
 * The saga that started this one undoes it: the only arrow out of completed. One that has not started never will, and one
 * that is undone says so again: an undo is answered although there was no do. Whoever did not start it is told so, and
 * undoes nothing.
 */
export function undoForParent(draft: Draft, effect: string): undefined {
  const { saga } = draft;
  const cause = "the saga that started it undoes it";
  saga.parent ??= effect;
  if (saga.parent !== effect) return tellTaken(draft, { effect, what: "undone" });
  switch (saga.status) {
    case "awaiting":
    case "unmatched":
    case "declined":
      return decline(draft, { cause, forGood: true });
    case "running":
    case "completed":
      return turnByAct(draft, { act: "undo", cause });
    case "compensating":
      return tell(draft, { kind: "recorded", event: "undo", reason: "the saga is on its way back" });
    case "compensated":
      return tell(draft, { kind: "compensated" });
    default:
      return saga.status satisfies never;
  }
}
