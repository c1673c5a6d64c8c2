import { DEFAULTS, kindOf, type StepDefinition } from "../../types.ts";
import { type Checking, reportStep, undoOf } from "../checking.ts";

/** What a step of its kind may say, and that something ends the waiting for it. The rule stands beside each check. */
export function checkSteps(checking: Checking): void {
  for (const step of checking.definition.steps) {
    checkEnding(checking, step);
    checkRetry(checking, step);
    checkRepeat(checking, step);
    checkFanOut(checking, step);
  }
}

/** Rules 9 and 13: something must end the waiting for every step. A wait ends by itself. */
function checkEnding(checking: Checking, step: StepDefinition): void {
  if (kindOf(step) === "wait") {
    const message = `step ${step.name} waits for its time, which needs no timeout`;
    if (step.timeoutMillis !== undefined) reportStep(checking, [step, "timeout"], { code: "timeout-useless", message });
    return;
  }
  if (step.timeoutMillis !== undefined) return;
  if (step.optional) {
    const message = `optional step ${step.name} has no timeout; without it a step after it could wait for ever`;
    reportStep(checking, [step, "optional"], { code: "optional-without-timeout", message });
  } else if (step.human !== undefined) {
    const message = `step ${step.name} waits for a person and has no timeout; say how long, e.g. timeout: 2d`;
    reportStep(checking, [step, "human"], { code: "human-without-timeout", message });
  } else if (checking.definition.deadlineMillis === undefined && !step.pivot) {
    const message = `step ${step.name} has no timeout and the saga no deadline; one of them must end the waiting`;
    reportStep(checking, [step, ""], { code: "ending-missing", message });
  }
}

/** Only who was asked can be asked again. */
function checkRetry(checking: Checking, step: StepDefinition): void {
  if (step.retry === DEFAULTS.retry || step.command !== undefined || step.child !== undefined) return;
  const message = `step ${step.name} has a retry but no command: nobody can be asked again; allowed is retry on commanded and sub-saga steps`;
  reportStep(checking, [step, "retry"], { code: "retry-on-observed", message });
}

/** Polling asks without doing anything. */
function checkRepeat(checking: Checking, step: StepDefinition): void {
  if (step.repeat === undefined) return;
  if (step.command === undefined) {
    const message = `step ${step.name} has a repeat but no command: nobody can be asked again; allowed is repeat on commanded steps`;
    reportStep(checking, [step, "repeat"], { code: "repeat-on-uncommanded", message });
  }
  if (undoOf(step) === undefined) return;
  const message = `step ${step.name} is repeated and has a compensation; what is asked again and again must have no effect, so allowed is compensate: { none: the reason }`;
  reportStep(checking, [step, "compensate"], { code: "repeat-with-compensation", message });
}

/** A fan-out has one effect per element, and every answer must say which. */
function checkFanOut(checking: Checking, step: StepDefinition): void {
  if (step.each === undefined) return;
  const kind = kindOf(step);
  if (kind === "wait" || kind === "human") {
    const message = `step ${step.name} is a fan-out of ${kind === "wait" ? "a wait" : "a person's decision"}; allowed are commanded, observed and sub-saga steps`;
    reportStep(checking, [step, "forEach"], { code: "fan-out-misplaced", message });
  } else if (kind === "observed" && step.each.answerKey === undefined) {
    const message = `step ${step.name} is observed and has no \`answerKey\`, so an answer can't be told to belong to one element; give CEL over event, e.g. event.sku`;
    reportStep(checking, [step, "forEach"], { code: "fan-out-unkeyed", message });
  }
}
