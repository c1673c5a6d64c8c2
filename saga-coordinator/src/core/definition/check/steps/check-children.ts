import { unknownName } from "../../problems.ts";
import type { Definition, StepDefinition } from "../../types.ts";
import { type Checking, reportStep } from "../checking.ts";

/** Sub-sagas exist, can be started by one event, and never lead back to where they came from. */
export function checkChildren(checking: Checking): void {
  const { definition, sagas } = checking;
  for (const step of definition.steps) {
    if (step.child === undefined) continue;
    if (step.child.saga === definition.saga) {
      const message = `step ${step.name} starts ${definition.saga} itself; a saga has no end that contains itself`;
      reportStep(checking, [step, "saga"], { code: "saga-recursive", message });
      continue;
    }
    if (sagas === undefined) continue;
    const child = childOf(checking, step.child.saga);
    if (child === undefined) {
      const allowed = sagas.map(({ saga }) => saga).filter((saga) => saga !== definition.saga);
      const message = unknownName(`step ${step.name} starts the saga \`${step.child.saga}\`, which is not known`, {
        found: step.child.saga,
        allowed,
      });
      reportStep(checking, [step, "saga"], { code: "saga-unknown", message });
      continue;
    }
    checkRecursion(checking, step, child);
    if (child.cron !== undefined || child.start.length !== 1) {
      const how = child.cron === undefined ? `by ${child.start.length} events` : "by a schedule";
      const message = `step ${step.name} starts ${child.saga}, which is started ${how}; allowed is a saga with one start event, which \`with\` builds`;
      reportStep(checking, [step, "saga"], { code: "saga-unknown", message });
    }
  }
}

export function childOf({ sagas, definition }: Checking, saga: string | undefined): Definition | undefined {
  return saga === undefined || saga === definition.saga ? undefined : sagas?.find((other) => other.saga === saga);
}

function checkRecursion(checking: Checking, step: StepDefinition, child: Definition): void {
  const way = wayTo(checking.definition.saga, child, checking);
  if (way === undefined) return;
  const message = `step ${step.name} starts ${child.saga}, which leads back: ${[checking.definition.saga, ...way].join(" starts ")}; recursion is not allowed`;
  reportStep(checking, [step, "saga"], { code: "saga-recursive", message });
}

/** Names from a saga to another that it starts, directly or not. */
function wayTo(target: string, from: Definition, checking: Checking): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (saga: Definition): readonly string[] | undefined => {
    if (seen.has(saga.saga)) return undefined;
    seen.add(saga.saga);
    for (const name of saga.steps.flatMap(({ child }) => child?.saga ?? [])) {
      if (name === target) return [saga.saga, target];
      const next = childOf(checking, name);
      const rest = next === undefined ? undefined : search(next);
      if (rest !== undefined) return [saga.saga, ...rest];
    }
    return undefined;
  };
  return search(from);
}
