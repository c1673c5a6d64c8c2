import type { CompiledStep } from "../../compile/compiled.ts";
import { type OperatorAction, stepOf } from "../../state.ts";
import { type Draft, tell } from "../draft.ts";
import { joinOf, standingOf } from "../standing.ts";

/** Rule 6: no pivot has passed, and none is on its way. */
export function canTurn({ definition, saga }: Pick<Draft, "definition" | "saga">): boolean {
  return definition.pivots.every(({ name }) => ["waiting", "failed", "pruned"].includes(stepOf(saga, name).status));
}

/** What an operator can do about a step that can't open, because what it needs can't be computed. */
export function insteadOfOpening(draft: Draft): readonly OperatorAction[] {
  return canTurn(draft) ? ["edit-data", "settle-as-done", "compensate"] : ["edit-data", "settle-as-done"];
}

/** A pivot that was skipped counts as passed. */
export function pivotHasPassed(of: Pick<Draft, "definition" | "saga">): boolean {
  return of.definition.pivots.some(({ name }) => standingOf(of, name) === "passed");
}

/**
 * A required step whose join can't be met any more, in a saga that can't turn: it is no failure yet but keeps the saga
 * stuck, since a late answer to a member still opens it.
 */
export function isHeldByJoin(of: Pick<Draft, "definition" | "saga">, step: CompiledStep): boolean {
  const { name, atLeast, required, fallback } = step;
  if (atLeast === undefined || !required || fallback !== undefined || stepOf(of.saga, name).status !== "waiting") return false;
  return joinOf(of, step) === "impossible" && !canTurn(of);
}

/** What waited for the pivot has nothing left to act on once the pivot passed: a deadline alarms instead, a cancel is refused. */
export function releaseRemembered(draft: Draft): undefined {
  const { remembered } = draft.saga;
  if (remembered === undefined || !pivotHasPassed(draft)) return;
  delete draft.saga.remembered;
  if (remembered.by === "deadline")
    tell(draft, { kind: "deadlineIgnored", reason: "the pivot passed after the deadline, the saga runs on" });
  else tell(draft, { kind: "refused", act: remembered.by, reason: "the pivot has passed, the saga runs on" });
}
