import { formatDuration } from "../durations.ts";
import { DEFAULTS, type StepDefinition } from "../types.ts";
import { type Checking, reportStep, undoOf } from "./checking.ts";

/** What the numbered rules of the saga definition refuse in a step; the rule stands beside each check. */
export function checkRules(checking: Checking): void {
  for (const step of checking.definition.steps) {
    checkEnding(checking, step);
    checkCompensation(checking, step);
    checkPivot(checking, step);
    checkTopics(checking, step);
    if (step.command === undefined && step.retry !== DEFAULTS.retry) {
      const message = `step ${step.name} has a retry but no command: nobody can be asked again; allowed is retry on commanded steps`;
      reportStep(checking, [step, "retry"], { code: "retry-on-observed", message });
    }
  }
  checkPivotsOrdered(checking);
  checkDeadline(checking);
}

/** Rules 9 and 13: something must end the waiting for every step. */
function checkEnding(checking: Checking, step: StepDefinition): void {
  if (step.timeoutMillis !== undefined) return;
  if (step.optional) {
    const message = `optional step ${step.name} has no timeout; without it a step after it could wait for ever`;
    reportStep(checking, [step, "optional"], { code: "optional-without-timeout", message });
  } else if (checking.definition.deadlineMillis === undefined) {
    const message = `step ${step.name} has no timeout and the saga no deadline; one of them must end the waiting`;
    reportStep(checking, [step, ""], { code: "ending-missing", message });
  }
}

/** Whether a step can only run after a pivot has passed, when nothing is undone any more. */
function isAfterPivot({ definition, graph }: Checking, step: StepDefinition): boolean {
  return definition.steps.some(({ name, pivot }) => pivot && graph.before(step.name).has(name));
}

/** Any step before the pivot may be done or unknown when the saga turns, so it says how it is undone, or why not. */
function checkCompensation(checking: Checking, step: StepDefinition): void {
  const beyond = step.pivot || isAfterPivot(checking, step);
  if (!beyond && step.compensate === undefined) {
    const message = `step ${step.name} has no compensate; allowed is { emit, with, done } or { none: the reason }`;
    reportStep(checking, [step, ""], { code: "compensation-missing", message });
  }
  if (beyond && undoOf(step) !== undefined) {
    const why = step.pivot ? "is the pivot" : "comes after the pivot";
    const message = `step ${step.name} ${why}, so its compensation is never sent`;
    reportStep(checking, [step, "compensate"], { code: "compensation-useless", message, severity: "warning" });
  }
}

/** Rule 6. */
function checkPivot(checking: Checking, step: StepDefinition): void {
  if (isAfterPivot(checking, step) && !step.optional && step.command === undefined) {
    const message = `required step ${step.name} comes after the pivot and is observed: if it fails nobody can be asked again and the saga is stuck`;
    reportStep(checking, [step, ""], { code: "observed-after-pivot", message, severity: "warning" });
  }
  if (!step.pivot) return;
  if (step.command === undefined) {
    const message = `pivot ${step.name} has no command; only a commanded step can be a pivot, since it must open last`;
    reportStep(checking, [step, "pivot"], { code: "pivot-not-commanded", message });
  }
  if (step.optional)
    reportStep(checking, [step, "optional"], {
      code: "pivot-optional",
      message: `pivot ${step.name} is optional; a pivot is always required`,
    });
  if (step.timeoutMillis === undefined) {
    const message = `pivot ${step.name} has no timeout; the deadline can't end the waiting for a pivot, so it needs its own`;
    reportStep(checking, [step, "pivot"], { code: "pivot-without-timeout", message });
  }
}

function checkPivotsOrdered(checking: Checking): void {
  const { definition, graph } = checking;
  const pivots = definition.steps.filter(({ pivot }) => pivot);
  pivots.forEach((later, at) => {
    for (const earlier of pivots.slice(0, at)) {
      if (graph.before(later.name).has(earlier.name) || graph.before(earlier.name).has(later.name)) continue;
      const message = `pivots ${earlier.name} and ${later.name} are not ordered; one must come after the other`;
      reportStep(checking, [later, "pivot"], { code: "pivots-unordered", message });
    }
  });
}

/** Rule 5: over two topics nobody knows whether done or undone came first. */
function checkTopics(checking: Checking, step: StepDefinition): void {
  const topics = (names: readonly string[]): readonly string[] =>
    (checking.events ?? []).filter(({ name }) => names.includes(name)).map(({ topic }) => topic);
  const undo = undoOf(step);
  if (undo === undefined) return;
  const done = topics(step.done);
  const other = topics(undo.done).find((topic) => done.some((one) => one !== topic));
  if (other === undefined) return;
  const message = `${step.name}: done is on topic ${done.join(", ")} and the answer to its undo on ${other}; their order is unknowable, so a late done may be undone twice`;
  reportStep(checking, [step, "compensate.done"], { code: "answers-on-different-topics", message, severity: "warning" });
}

/** A deadline shorter than the timeouts one after another turns sagas that are still on time. */
function checkDeadline(checking: Checking): void {
  const { definition, graph, source } = checking;
  const { deadlineMillis, steps } = definition;
  if (deadlineMillis === undefined || steps.some(({ name }) => graph.before(name).has(name))) return;
  // Ordered by the number of steps before, so that each finds what it waits for already computed.
  const inOrder = [...steps].sort((a, b) => graph.before(a.name).size - graph.before(b.name).size);
  const needs = new Map<string, number>();
  for (const { name, after, timeoutMillis = 0 } of inOrder)
    needs.set(name, timeoutMillis + Math.max(0, ...after.map((other) => needs.get(other) ?? 0)));
  const longest = Math.max(0, ...steps.filter(({ optional }) => !optional).map(({ name }) => needs.get(name) ?? 0));
  if (longest <= deadlineMillis) return;
  const message = `deadline ${formatDuration(deadlineMillis)} is shorter than the timeouts along the longest path, ${formatDuration(longest)}`;
  source.report("deadline", { code: "deadline-too-short", message, severity: "warning" });
}
