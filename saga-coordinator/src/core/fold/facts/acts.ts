import type { ActEntry } from "../../state.ts";
import { turn } from "../back/turn.ts";
import { type Draft, tell, unexpected } from "../draft.ts";
import { canTurn, pivotHasPassed } from "../forward/pivot.ts";
import { refuseClaim } from "./claims.ts";
import { decline } from "./starting.ts";

/** Folds what the platform or an operator asks of the saga (rule 18). */
export function foldAct(draft: Draft, { name, data }: ActEntry): undefined {
  switch (name) {
    case "cancel":
      return cancel(draft);
    case "undo":
      return undoForParent(draft, String(data?.["effect"] ?? ""));
    case "aliasRefused":
      return refuseClaim(draft, data ?? {});
    default:
      return unexpected(draft, name, { reason: "this act of an operator is not available in this version" });
  }
}

/** Rule 7: turns a saga before the pivot, waits while the pivot is under way, and is refused after it. */
function cancel(draft: Draft): undefined {
  const { status } = draft.saga;
  const cause = "the saga was cancelled";
  if (status === "awaiting" || status === "unmatched") return decline(draft, { cause });
  if (status !== "running") return tell(draft, { kind: "refused", act: "cancel", reason: `the saga is ${status}` });
  turnByAct(draft, { act: "cancel", cause });
}

function turnByAct(draft: Draft, { act, cause }: { act: "cancel" | "undo"; cause: string }): undefined {
  if (pivotHasPassed(draft)) return tell(draft, { kind: "refused", act, reason: "the pivot has passed, so nothing is undone" });
  if (canTurn(draft)) return turn(draft, { step: null, cause });
  draft.saga.remembered ??= { by: "cancel", cause };
}

/**
 * The saga that started this one undoes it: the only arrow out of completed. One that has not started never will, and one
 * that is undone says so again: an undo is answered although there was no do.
 */
function undoForParent(draft: Draft, effect: string): undefined {
  const { saga } = draft;
  const cause = "the saga that started it undoes it";
  saga.parent ??= effect;
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
