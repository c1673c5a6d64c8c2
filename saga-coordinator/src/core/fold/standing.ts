import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { elementName, type SagaState, type StepState, stepOf } from "../state.ts";
import type { StepStatus } from "../transitions.ts";

type Of = { readonly definition: CompiledDefinition; readonly saga: SagaState };

/** How a step stands to those that come after it. */
export type Standing = "waiting" | "passed" | "failed" | "pruned";

/** Done and skipped let followers open, an optional step however it settled; a fallback stands for the step that it replaces. */
export function standingOf(of: Of, name: string): Standing {
  const step = of.definition.stepByName.get(name);
  if (step === undefined) return "waiting";
  const { status, givenUp } = stepOf(of.saga, name);
  switch (givenUp ?? status) {
    case "done":
    case "skipped":
      return "passed";
    case "pruned":
      return "pruned";
    case "waiting":
    case "open":
      return "waiting";
    default:
      return failedStanding(of, step);
  }
}

function failedStanding(of: Of, { optional, fallback }: CompiledStep): Standing {
  const instead = fallback === undefined ? "failed" : standingOf(of, fallback);
  return instead === "failed" && optional ? "passed" : instead;
}

/** Rule 2: `impossible` once too few of the members can still pass. Rule 11: pruned members do not count. */
export function joinOf(of: Of, { after, atLeast }: CompiledStep): "met" | "waiting" | "impossible" | "pruned" {
  let pruned = 0;
  let passed = 0;
  let failed = 0;
  for (const name of after) {
    const standing = standingOf(of, name);
    if (standing === "pruned") pruned += 1;
    if (standing === "passed" && !isAhead(of, name)) passed += 1;
    if (standing === "failed") failed += 1;
  }
  const alive = after.length - pruned;
  if (alive === 0 && pruned > 0) return "pruned";
  if (passed >= (atLeast ?? alive)) return "met";
  return atLeast !== undefined && alive - failed < atLeast ? "impossible" : "waiting";
}

/** Done before its own turn: what comes after it still waits for what comes before it, so that all results are there. */
function isAhead(of: Of, name: string): boolean {
  const { status, openedAt } = stepOf(of.saga, name);
  if (status !== "done" || openedAt !== undefined) return false;
  const step = of.definition.stepByName.get(name);
  return step !== undefined && joinOf(of, step) === "waiting";
}

/** Nothing of the step is waited for at the end of the saga, or before a pivot. */
export function hasSettled(of: Of, step: CompiledStep): boolean {
  const standing = standingOf(of, step.name);
  if (standing === "waiting") return false;
  return standing !== "failed" || !step.required;
}

/** A failure that turns the saga while it can. With a fallback, that one's failure is it. */
export function hasFailedForGood(of: Of, { name, required, fallback }: CompiledStep): boolean {
  return required && fallback === undefined && standingOf(of, name) === "failed";
}

const OWING: readonly StepStatus[] = ["done", "unknown", "undoing", "undoUsedUp"];

/** Whether it has, or may have, an effect that can be undone. */
export function owes({ undo }: CompiledStep, { status }: StepState): boolean {
  return undo !== undefined && OWING.includes(status);
}

/** Entries of the elements that are known so far, by name, in the order of the list. */
export function elementStates({ steps }: Pick<SagaState, "steps">, { name }: CompiledStep): ReadonlyArray<readonly [string, StepState]> {
  const prefix = `${name}/`;
  return Object.entries(steps).filter(([key]) => key.startsWith(prefix));
}

/** What is done, undone and timed by itself: the step, or the elements of a fan-out that are known so far. */
export function unitsOf(saga: SagaState, step: CompiledStep): readonly CompiledStep[] {
  if (step.each === undefined) return [step];
  return elementStates(saga, step).map(([name]) => elementOf(step, elementKey(name)));
}

/** Key of the element whose entry has this name. */
export function elementKey(name: string): string {
  return decodeURIComponent(name.slice(name.indexOf("/") + 1));
}

/** One element of a fan-out as a step of its own. */
export function elementOf(step: CompiledStep, element: string): CompiledStep {
  return { ...step, name: elementName(step.name, element), element };
}

/** The step, or the element, whose entry in the state has this name. */
export function unitNamed({ stepByName }: CompiledDefinition, name: string): CompiledStep | undefined {
  const slash = name.indexOf("/");
  if (slash < 0) return stepByName.get(name);
  const step = stepByName.get(name.slice(0, slash));
  return step === undefined ? undefined : elementOf(step, elementKey(name));
}

/** Whether the saga does without the step while it runs on, and something of it is still to be undone. */
export function isBeingUndone({ saga }: Of, step: CompiledStep): boolean {
  if (stepOf(saga, step.name).givenUp === undefined) return false;
  if (step.each === undefined) return owes(step, stepOf(saga, step.name));
  return elementStates(saga, step).some(([, state]) => owes(step, state));
}
