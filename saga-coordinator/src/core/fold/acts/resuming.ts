import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { type Draft, forgetField, tell } from "../draft.ts";
import { isHeldByJoin } from "../forward/pivot.ts";
import { hasFailedForGood, unitsOf } from "../standing.ts";
import { RETRY } from "./retrying.ts";

/**
 * Tries everything that holds a stuck saga once more: undos that are used up, silent and failed attempts where the saga
 * can't turn, late outcomes; answers that could not be read are waited for again, and an alias that belongs to another saga
 * is left to it. Expressions need no act: every fact tries them, and they give the same until the data changes.
 */
export function resume(draft: Draft): undefined {
  const { saga, definition } = draft;
  if (saga.stuck === undefined) return tell(draft, { kind: "refused", act: "resume", reason: "the saga is not stuck" });
  const held = definition.steps.flatMap((step) => holding(draft, step));
  const again = held.filter((unit) => RETRY.refusal(draft, unit) === undefined);
  const faulty = Object.keys(saga.steps).filter((name) => saga.steps[name]?.fault !== undefined);
  if (again.length + faulty.length === 0 && saga.claimsRefused === undefined) {
    const reason = `nothing of it can be tried again: ${saga.stuck.map(({ cause }) => cause).join("; ")}`;
    return tell(draft, { kind: "refused", act: "resume", reason });
  }
  for (const name of faulty) forgetField(draft, name, "fault");
  delete saga.claimsRefused;
  for (const unit of again) RETRY.apply(draft, unit, NOBODY);
}

const NOBODY = {
  by: undefined,
  role: undefined,
  reason: undefined,
  step: undefined,
  element: undefined,
  event: undefined,
  payload: undefined,
};

/** What of a step holds the saga: the step or its elements, or the members of a join that can't be met. */
function holding(draft: Draft, step: CompiledStep): readonly CompiledStep[] {
  const { saga, definition } = draft;
  const units = unitsOf(saga, step);
  const isHolding = ({ name }: CompiledStep): boolean => {
    const { status, overdue } = stepOf(saga, name);
    return status === "undoUsedUp" || (status === "unknown" && overdue === true);
  };
  const isLost = ({ name }: CompiledStep): boolean => ["failed", "unknown"].includes(stepOf(saga, name).status);
  if (saga.status !== "running") return units.filter(isHolding);
  if (isHeldByJoin(draft, step)) {
    return step.after
      .flatMap((name) => definition.stepByName.get(name) ?? [])
      .flatMap((member) => wholeIfEmpty(unitsOf(saga, member), member).filter(isLost));
  }
  return hasFailedForGood(draft, step) ? wholeIfEmpty(units, step).filter(isLost) : units.filter(isHolding);
}

/** A fan-out whose list was refused has no elements. */
function wholeIfEmpty(units: readonly CompiledStep[], step: CompiledStep): readonly CompiledStep[] {
  return units.length === 0 ? [step] : units;
}
