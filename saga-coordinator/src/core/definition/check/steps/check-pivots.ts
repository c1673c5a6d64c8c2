import { kindOf, type StepDefinition } from "../../types.ts";
import { type Checking, reportStep, undoOf } from "../checking.ts";
import { childOf } from "./check-children.ts";

/** Rule 6 and what follows from it for compensations: before the pivot everything can be undone, after it nothing is. */
export function checkPivots(checking: Checking): void {
  const isBeyond = beyondIn(checking);
  for (const step of checking.definition.steps) {
    checkCompensation(checking, step, isBeyond);
    checkPivot(checking, step);
    checkBeyond(checking, step, isBeyond);
  }
  checkOrdered(checking);
}

/** A sub-saga with a pivot can't be undone once that has passed, so its step is one too. */
export function isPivot(checking: Checking, { pivot, child }: StepDefinition): boolean {
  return pivot || childOf(checking, child?.saga)?.steps.some((step) => step.pivot) === true;
}

type IsBeyond = (step: StepDefinition) => boolean;

/**
 * Whether a step can only run after a pivot has passed, when nothing is undone any more: a member of its `after` is a pivot
 * or beyond one; of an any or atLeast join every member, since those that are not may be enough.
 */
function beyondIn(checking: Checking): IsBeyond {
  const { steps } = checking.definition;
  const byName = new Map(steps.map((step) => [step.name, step]));
  const known = new Map<string, boolean>();
  const isBeyond = (step: StepDefinition): boolean => {
    const before = known.get(step.name);
    if (before !== undefined) return before;
    known.set(step.name, false); // a circle comes back here
    const passed = (name: string): boolean => {
      const other = byName.get(name);
      return other !== undefined && (isPivot(checking, other) || isBeyond(other));
    };
    const primaries = steps.filter(({ fallback }) => fallback === step.name).map(({ name }) => name);
    const found =
      primaries.length > 0
        ? primaries.every(passed)
        : step.atLeast === undefined
          ? step.after.some(passed)
          : step.after.length > 0 && step.after.every(passed);
    known.set(step.name, found);
    return found;
  };
  return isBeyond;
}

/** Any step before the pivot may be done or unknown when the saga turns, so it says how it is undone, or why not. */
function checkCompensation(checking: Checking, step: StepDefinition, isBeyond: IsBeyond): void {
  const pivot = isPivot(checking, step);
  const beyond = pivot || isBeyond(step);
  const kind = kindOf(step);
  if (!beyond && step.compensate === undefined && kind !== "wait" && kind !== "saga") {
    const later = checking.definition.steps.find((other) => isPivot(checking, other) && checking.graph.before(other.name).has(step.name));
    const allowed = "allowed is { emit, with, done } or { none: the reason }";
    if (later === undefined) {
      const message = `step ${step.name} has no compensate; ${allowed}`;
      reportStep(checking, [step, ""], { code: "compensation-missing", message });
    } else {
      const message = `step ${step.name} comes before the pivot ${later.name} and can't be undone: it has no compensate; ${allowed}`;
      reportStep(checking, [step, ""], { code: "irreversible-before-pivot", message });
    }
  }
  if (undoOf(step) === undefined) return;
  const why = pivot
    ? "is the pivot"
    : beyond
      ? "comes after the pivot"
      : kind === "wait"
        ? "only waits"
        : kind === "saga"
          ? "is undone by the sub-saga itself"
          : undefined;
  if (why === undefined) return;
  reportStep(checking, [step, "compensate"], {
    code: "compensation-useless",
    message: `step ${step.name} ${why}, so its compensation is never sent`,
    severity: "warning",
  });
}

function checkPivot(checking: Checking, step: StepDefinition): void {
  if (!isPivot(checking, step)) return;
  const own = step.pivot ? "pivot" : "saga";
  const name = step.pivot ? `pivot ${step.name}` : `step ${step.name}, a pivot because the saga ${step.child?.saga} has one,`;
  if (!["commanded", "human", "saga"].includes(kindOf(step))) {
    const message = `${name} has no command; only a commanded step, a human step or a sub-saga can be a pivot, since it must open last`;
    reportStep(checking, [step, own], { code: "pivot-not-commanded", message });
  }
  if (step.optional)
    reportStep(checking, [step, "optional"], { code: "pivot-optional", message: `${name} is optional; a pivot is always required` });
  if (step.repeat !== undefined)
    reportStep(checking, [step, "repeat"], { code: "pivot-repeated", message: `${name} is repeated; a pivot is asked for once` });
  if (step.each !== undefined)
    reportStep(checking, [step, "forEach"], { code: "pivot-fanned-out", message: `${name} is a fan-out; a pivot is one effect` });
  if (step.choice !== undefined) {
    const message = `${name} is one way of a choice; a pivot is there on every way (an \`if\` may skip it)`;
    reportStep(checking, [step, "choice"], { code: "pivot-chosen", message });
  }
  if (step.timeoutMillis === undefined && step.human === undefined && step.child === undefined) {
    const message = `${name} has no timeout; the deadline can't end the waiting for a pivot, so it needs its own`;
    reportStep(checking, [step, own], { code: "pivot-without-timeout", message });
  }
}

function checkBeyond(checking: Checking, step: StepDefinition, isBeyond: IsBeyond): void {
  if (step.optional || kindOf(step) !== "observed" || !isBeyond(step)) return;
  const message = `required step ${step.name} comes after the pivot and is observed: if it fails nobody can be asked again and the saga is stuck`;
  reportStep(checking, [step, ""], { code: "observed-after-pivot", message, severity: "warning" });
}

function checkOrdered(checking: Checking): void {
  const { definition, graph } = checking;
  const pivots = definition.steps.filter((step) => isPivot(checking, step));
  pivots.forEach((later, at) => {
    for (const earlier of pivots.slice(0, at)) {
      if (graph.before(later.name).has(earlier.name) || graph.before(earlier.name).has(later.name)) continue;
      const message = `pivots ${earlier.name} and ${later.name} are not ordered; one must come after the other`;
      reportStep(checking, [later, later.pivot ? "pivot" : "saga"], { code: "pivots-unordered", message });
    }
  });
}
