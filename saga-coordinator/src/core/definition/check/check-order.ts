import { unknownName } from "../problems.ts";
import type { StepDefinition } from "../types.ts";
import { type Checking, reportStep } from "./checking.ts";

/** `after` names known steps, in no circle; so every step can open. */
export function checkOrder(checking: Checking): void {
  const names = checking.definition.steps.map(({ name }) => name);
  for (const step of checking.definition.steps) {
    for (const name of step.after.filter((other) => !names.includes(other))) {
      const allowed = names.filter((other) => other !== step.name);
      const message = unknownName(`step ${step.name} comes after \`${name}\`, which is no step`, { found: name, allowed });
      reportStep(checking, [step, "after"], { code: "step-unknown", message });
    }
  }
  checkCycles(checking);
}

function checkCycles(checking: Checking): void {
  const { graph, definition } = checking;
  const circular = (name: string): boolean => graph.before(name).has(name);
  const reported = new Set<string>();
  for (const step of definition.steps) {
    if (circular(step.name)) {
      const members = cycleOf(step, checking);
      if (members.some((name) => reported.has(name))) continue;
      for (const name of members) reported.add(name);
      const message = `${[...members, step.name].join(" after ")} is a circle; none of them can ever open`;
      reportStep(checking, [step, "after"], { code: "cycle", message });
    } else {
      const cause = [...graph.before(step.name)].find(circular);
      if (cause === undefined) continue;
      const message = `step ${step.name} can never open: it waits for ${cause}, which is in a circle`;
      reportStep(checking, [step, "after"], { code: "step-unreachable", message });
    }
  }
}

/** The way from a step back to itself, each member waiting for the next. */
function cycleOf(step: StepDefinition, { definition, graph }: Checking): readonly string[] {
  const path = [step.name];
  for (let at = step; ; ) {
    const next = definition.steps.find(
      ({ name }) => at.after.includes(name) && graph.before(name).has(step.name) && !path.slice(1).includes(name),
    );
    if (next === undefined || next.name === step.name) return path;
    path.push(next.name);
    at = next;
  }
}
