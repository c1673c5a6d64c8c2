import { type ActEntry, isOperatorAction } from "../../state.ts";
import { type Draft, tell, unexpected } from "../draft.ts";
import { refuseClaim } from "../facts/claims.ts";
import { askedOf } from "./act-data.ts";
import { editData } from "./editing.ts";
import { resume } from "./resuming.ts";
import { signal } from "./signalling.ts";
import { actOnStep, isStepAct } from "./step-acts.ts";
import { cancel, compensate, undoForParent } from "./turning.ts";

/**
 * Folds what the platform or an operator asks of the saga (rule 18). An act that makes no sense where the saga stands is
 * refused with a reason and changes nothing.
 */
export function foldAct(draft: Draft, { name, identity, data }: ActEntry): undefined {
  const asked = askedOf(data);
  if (isOperatorAction(name) && (asked.reason === "" || asked.role === "")) {
    return tell(draft, { kind: "refused", act: name, reason: "an act needs a role and a reason" });
  }
  if (isStepAct(name)) return actOnStep(draft, name, asked);
  switch (name) {
    case "cancel":
      return cancel(draft);
    case "compensate":
      return compensate(draft, asked);
    case "resume":
      return resume(draft);
    case "signal":
      return signal(draft, { asked, identity });
    case "edit-data":
      return editData(draft, asked);
    case "undo":
      return undoForParent(draft, String(data?.["effect"] ?? ""));
    case "aliasRefused":
      return refuseClaim(draft, data ?? {});
    default:
      return unexpected(draft, name, { reason: "this act of an operator is not available in this version" });
  }
}
