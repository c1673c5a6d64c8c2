import type { StepDefinition } from "../../types.ts";
import { type Checking, reportStep } from "../checking.ts";

/** Of every choice exactly one step runs: all look at the same moment, and one runs when no guard holds (rule 11). */
export function checkChoices(checking: Checking): void {
  const { steps } = checking.definition;
  const groups = Map.groupBy(
    steps.filter(({ choice }) => choice !== undefined),
    ({ choice = "" }) => choice,
  );
  for (const [choice, members] of groups) checkGroup(checking, choice, members);
  for (const step of steps) {
    if (!step.otherwise || step.choice !== undefined) continue;
    const message = `step ${step.name} is \`otherwise\` of no choice; name its choice, or drop it`;
    reportStep(checking, [step, "otherwise"], { code: "otherwise-misplaced", message });
  }
}

function checkGroup(checking: Checking, choice: string, members: readonly StepDefinition[]): void {
  const [first] = members;
  if (first === undefined) return;
  const others = members.filter(({ otherwise }) => otherwise);
  if (others.length === 0) {
    const message = `choice ${choice} has no step with \`otherwise: true\`, so none of ${namesOf(members)} may run; mark one`;
    reportStep(checking, [first, "choice"], { code: "choice-without-otherwise", message });
  }
  for (const extra of others.slice(1)) {
    const message = `step ${extra.name} is \`otherwise\` of choice ${choice}, and so is ${others[0]?.name}; allowed is one`;
    reportStep(checking, [extra, "otherwise"], { code: "otherwise-misplaced", message });
  }
  for (const step of members) {
    if (step.otherwise === (step.if === undefined)) continue;
    if (step.otherwise) {
      const message = `step ${step.name} is \`otherwise\` and has \`if\`; it runs when no other guard of choice ${choice} holds`;
      reportStep(checking, [step, "if"], { code: "otherwise-misplaced", message });
    } else {
      const message = `step ${step.name} of choice ${choice} has no \`if\`; allowed is a guard, or \`otherwise: true\` on one of them`;
      reportStep(checking, [step, "choice"], { code: "choice-guard-missing", message });
    }
  }
  for (const step of members.slice(1)) {
    if (sameAfter(step, first)) continue;
    const message = `step ${step.name} of choice ${choice} does not have the same \`after\` as ${first.name}; a choice is decided at one moment`;
    reportStep(checking, [step, step.after.length > 0 ? "after" : "choice"], { code: "choice-after-differs", message });
  }
}

const namesOf = (steps: readonly StepDefinition[]): string => steps.map(({ name }) => name).join(", ");

function sameAfter(a: StepDefinition, b: StepDefinition): boolean {
  return a.atLeast === b.atLeast && a.after.length === b.after.length && a.after.every((name) => b.after.includes(name));
}
