import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { changeStep, type Draft, tell } from "../draft.ts";
import { joinOf } from "../standing.ts";
import { chooseIn } from "./choices.ts";
import { isNotNeeded, openFallback, replace } from "./fallbacks.ts";
import { giveUp, prune } from "./leaving.ts";
import { mayOpen, openOrSkip } from "./opening.ts";
import { isHeldByJoin } from "./pivot.ts";

/**
 * Looks at every step once: what can open opens, what can't any more is skipped, pruned or failed. True when others may
 * move because of it; one that merely opened moves nobody.
 */
export function advance(draft: Draft): boolean {
  let moved = false;
  for (const step of draft.definition.steps) if (moves(draft, step)) moved = true;
  return moved;
}

function moves(draft: Draft, step: CompiledStep): boolean {
  const { status, givenUp } = stepOf(draft.saga, step.name);
  if (status !== "waiting") {
    if (givenUp !== undefined) return false;
    if (step.fallback !== undefined && (status === "failed" || status === "unknown")) return replace(draft, step);
    return step.fallbackOf.length > 0 && status === "done" && isNotNeeded(draft, step) && giveUp(draft, step);
  }
  if (step.fallbackOf.length > 0) return openFallback(draft, step);
  if (step.choice !== undefined) return chooseIn(draft, step.choice);
  return passGate(draft, step);
}

function passGate(draft: Draft, step: CompiledStep): boolean {
  const join = joinOf(draft, step);
  if (join === "pruned") return prune(draft, step);
  if (join === "impossible") return !isHeldByJoin(draft, step) && failJoin(draft, step);
  return join === "met" && mayOpen(draft, step) && openOrSkip(draft, step);
}

/** Rule 2. */
function failJoin(draft: Draft, { name, after, atLeast = 1 }: CompiledStep): true {
  const reason = `${atLeast} of ${after.join(", ")} must be done, and too few still can be`;
  changeStep(draft, name, { status: "failed", settledAt: draft.now, reason, cause: reason });
  tell(draft, { kind: "failed", step: name, reason });
  return true;
}
