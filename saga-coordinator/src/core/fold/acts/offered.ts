import type { CompiledStep } from "../../compile/compiled.ts";
import { type OperatorAction, stepOf } from "../../state.ts";
import type { Draft } from "../draft.ts";
import { canTurn } from "../forward/pivot.ts";
import { isPossible, isStepAct } from "./step-acts.ts";

/** Of the acts that may help against what holds a step up, those that would be carried out and lead on. */
export function offered(draft: Draft, unit: CompiledStep, acts: readonly OperatorAction[]): readonly OperatorAction[] {
  return acts.filter(
    (act) => (!isStepAct(act) || isPossible(draft, act, unit)) && (act !== "settle-as-failed" || failureLeadsOn(draft, unit)),
  );
}

/** After the pivot a failure of what is required only keeps the saga stuck. */
function failureLeadsOn({ definition, saga }: Draft, { base, required, fallback }: CompiledStep): boolean {
  if (saga.status !== "running" || !required || fallback !== undefined) return true;
  const mayStand = ["waiting", "failed", "pruned"];
  return definition.steps.every(({ name, pivot }) => !pivot || name === base || mayStand.includes(stepOf(saga, name).status));
}

/** Against an alias that belongs to another saga. */
export function offeredForClaim(draft: Draft): readonly OperatorAction[] {
  const isFree = draft.saga.status === "running" && canTurn(draft);
  return isFree ? ["edit-data", "resume", "compensate"] : ["edit-data", "resume"];
}
