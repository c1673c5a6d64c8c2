import { unknownName } from "../../problems.ts";
import type { StepDefinition } from "../../types.ts";
import { type Checking, reportStep } from "../checking.ts";

/** `after` and `fallback` name known steps, in no circle; so every step can open (rule 10 for fallbacks). */
export function checkOrder(checking: Checking): void {
  const { steps } = checking.definition;
  const names = steps.map(({ name }) => name);
  const fallbacks = new Set(steps.flatMap(({ fallback }) => fallback ?? []));
  for (const step of steps) {
    const allowed = names.filter((other) => other !== step.name);
    for (const name of step.after.filter((other) => !names.includes(other))) {
      const message = unknownName(`step ${step.name} comes after \`${name}\`, which is no step`, { found: name, allowed });
      reportStep(checking, [step, afterPath(step, name)], { code: "step-unknown", message });
    }
    checkFallback(checking, step, allowed);
    checkAfterFallback(checking, step, fallbacks);
    checkJoin(checking, step);
  }
  checkCycles(checking);
}

/** Place of a name in `after`, wherever its list stands. */
function afterPath({ after, atLeast }: StepDefinition, name: string): string {
  const at = after.indexOf(name);
  return atLeast === undefined ? `after.${at}` : atLeast === 1 ? `after.any.${at}` : `after.of.${at}`;
}

function checkFallback(checking: Checking, step: StepDefinition, allowed: readonly string[]): void {
  const { fallback, name } = step;
  if (fallback === undefined) return;
  const target = checking.definition.steps.find((other) => other.name === fallback);
  if (target === undefined) {
    const message = unknownName(`the fallback of ${name} is \`${fallback}\`, which is no step`, { found: fallback, allowed });
    reportStep(checking, [step, "fallback"], { code: "step-unknown", message });
    return;
  }
  for (const key of ["after", "choice", "if"] as const) {
    if (key === "after" ? target.after.length === 0 : target[key] === undefined) continue;
    const message = `step ${fallback} is the fallback of ${name} and has \`${key}\`; a fallback opens only when ${name} has failed`;
    reportStep(checking, [target, key], { code: "fallback-misplaced", message });
  }
}

/** A fallback stands for its primary: who names the fallback waits for something that usually never opens. */
function checkAfterFallback(checking: Checking, step: StepDefinition, fallbacks: ReadonlySet<string>): void {
  for (const name of step.after.filter((other) => fallbacks.has(other))) {
    const primary = checking.definition.steps.find(({ fallback }) => fallback === name)?.name;
    const message = `step ${step.name} comes after ${name}, which is the fallback of ${primary}; name ${primary}, for which the fallback stands in`;
    reportStep(checking, [step, afterPath(step, name)], { code: "fallback-misplaced", message });
  }
}

/** Rule 2 tolerates the members of a join, so `optional` says nothing more and lets a failure count as passed. */
function checkJoin(checking: Checking, step: StepDefinition): void {
  if (step.atLeast === undefined) return;
  checkEnough(checking, step, step.atLeast);
  for (const name of step.after) {
    if (checking.definition.steps.find((other) => other.name === name)?.optional !== true) continue;
    const message = `${name} is optional and a member of the join of ${step.name}: it counts as passed also when it failed; members of any and atLeast are tolerated without \`optional\``;
    reportStep(checking, [step, afterPath(step, name)], { code: "join-of-optional", message, severity: "warning" });
  }
}

/** Of each choice one step runs, so its members count once. */
function checkEnough(checking: Checking, step: StepDefinition, atLeast: number): void {
  const members = checking.definition.steps.filter(({ name }) => step.after.includes(name));
  const most = new Set(members.map(({ name, choice }) => (choice === undefined ? `step ${name}` : `choice ${choice}`))).size;
  // More than it names is said where the number is read.
  if (atLeast <= most || atLeast > members.length) return;
  const message = `step ${step.name} can never open: it waits for ${atLeast} of ${step.after.join(", ")}, and of a choice only one runs; allowed are 1 to ${most}`;
  reportStep(checking, [step, "after.atLeast"], { code: "step-unreachable", message });
}

function checkCycles(checking: Checking): void {
  const { graph, definition } = checking;
  const circular = (name: string): boolean => graph.before(name).has(name);
  const reported = new Set<string>();
  for (const step of definition.steps) {
    if (reported.has(step.name)) continue;
    if (circular(step.name)) {
      const members = cycleOf(step, checking);
      if (members.some((name) => reported.has(name))) continue;
      for (const name of members) reported.add(name);
      const message = `${[...members, step.name].join(" after ")} is a circle; none of them can ever open`;
      reportStep(checking, [step, step.after.length > 0 ? "after" : "fallback"], { code: "cycle", message });
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
  const byName = new Map(definition.steps.map((one) => [one.name, one]));
  const path = new Set([step.name]);
  for (let at: StepDefinition = step; ; ) {
    const primaries = definition.steps.flatMap(({ name, fallback }) => (fallback === at.name ? [name] : []));
    const next = [...at.after, ...primaries].find((name) => graph.before(name).has(step.name) && (name === step.name || !path.has(name)));
    const found = next === undefined || next === step.name ? undefined : byName.get(next);
    if (found === undefined) return [...path];
    path.add(found.name);
    at = found;
  }
}
