import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { type Draft, tell } from "../draft.ts";
import { elementOf, unitsOf } from "../standing.ts";
import type { Asked } from "./act-data.ts";
import { RETRY } from "./retrying.ts";
import { SETTLE_AS_DONE, SETTLE_AS_FAILED, SETTLE_AS_NO_EFFECT } from "./settling.ts";
import type { StepAct } from "./step-act.ts";
import { WAIVE_UNDO } from "./waiving.ts";

const STEP_ACTS = {
  retry: RETRY,
  "settle-as-done": SETTLE_AS_DONE,
  "settle-as-failed": SETTLE_AS_FAILED,
  "settle-as-no-effect": SETTLE_AS_NO_EFFECT,
  "waive-undo": WAIVE_UNDO,
} as const satisfies { readonly [act: string]: StepAct };
export type StepActName = keyof typeof STEP_ACTS;

export const isStepAct = (name: string): name is StepActName => Object.hasOwn(STEP_ACTS, name);

/** Folds an act on a step. On a fan-out as a whole it is done to every element for which it makes sense. */
export function actOnStep(draft: Draft, act: StepActName, asked: Asked): undefined {
  const found = unitsMeant(draft, asked);
  if ("refused" in found) return tell(draft, { kind: "refused", act, reason: found.refused });
  const { refusal, apply } = STEP_ACTS[act];
  const reasons = found.units.map((unit) => refusal(draft, unit));
  const [reason] = reasons;
  if (reason !== undefined && !reasons.includes(undefined)) return tell(draft, { kind: "refused", act, reason });
  found.units.forEach((unit, at) => {
    if (reasons[at] === undefined) apply(draft, unit, asked);
  });
}

/** Whether the act would be carried out now. */
export function isPossible(draft: Draft, act: StepActName, unit: CompiledStep): boolean {
  return wholeOrElements(draft, unit).some((one) => STEP_ACTS[act].refusal(draft, one) === undefined);
}

/** The step or element that an act names, or why there is none. */
export function unitsMeant(
  draft: Draft,
  { step: name, element }: Pick<Asked, "step" | "element">,
): { readonly units: readonly CompiledStep[] } | { readonly refused: string } {
  const { definition, saga } = draft;
  if (["awaiting", "unmatched", "declined"].includes(saga.status)) return { refused: `the saga is ${saga.status}, so it has no steps yet` };
  const step = definition.stepByName.get(name ?? "");
  if (step === undefined)
    return { refused: `there is no step ${name ?? ""}; steps are ${definition.steps.map((one) => one.name).join(", ")}` };
  if (element === undefined) return { units: wholeOrElements(draft, step) };
  const unit = elementOf(step, element);
  if (step.each !== undefined && Object.hasOwn(saga.steps, unit.name)) return { units: [unit] };
  const keys = unitsOf(saga, step).map((one) => one.element);
  return {
    refused: `${step.name} has no element ${element}; it has ${step.each === undefined || keys.length === 0 ? "none" : keys.join(", ")}`,
  };
}

/** The elements of a fan-out that has opened; else the step itself. */
function wholeOrElements({ saga }: Draft, step: CompiledStep): readonly CompiledStep[] {
  if (step.each === undefined || step.element !== "" || stepOf(saga, step.name).status === "waiting") return [step];
  const units = unitsOf(saga, step);
  return units.length === 0 ? [step] : units;
}
