import { createExpressionAnalyser, definitionTyping } from "../../expressions.ts";
import type { Source } from "../read/source.ts";
import type { Definition, KnownEvent, StepDefinition } from "../types.ts";
import type { Checking } from "./checking.ts";
import { checkAliases } from "./events/check-aliases.ts";
import { checkAnswers } from "./events/check-answers.ts";
import { checkEvents } from "./events/check-events.ts";
import { checkExpressions } from "./events/check-expressions.ts";
import { checkStart } from "./events/check-start.ts";
import { graphOf } from "./graph.ts";
import { checkChildren } from "./steps/check-children.ts";
import { checkChoices } from "./steps/check-choices.ts";
import { checkDoubts } from "./steps/check-doubts.ts";
import { checkOrder } from "./steps/check-order.ts";
import { checkPivots } from "./steps/check-pivots.ts";
import { checkSteps } from "./steps/check-steps.ts";

export type CheckOptions = {
  /** What is known of the events; without it no event, field, type or topic is checked. */
  readonly events?: readonly KnownEvent[];
  /** The other definitions; without them sub-sagas are not looked up. */
  readonly sagas?: readonly Definition[];
};

const CHECKS: readonly ((checking: Checking) => void)[] = [
  ...[checkOrder, checkChoices, checkSteps, checkPivots, checkChildren],
  ...[checkStart, checkEvents, checkAnswers, checkAliases, checkExpressions, checkDoubts],
];

/** Everything that "Checking a definition" and the rules refuse, and what they warn of, reported to `source`. */
export function checkDefinition(source: Source, definition: Definition, { events, sagas }: CheckOptions): void {
  const typing = definitionTyping(definition, { events: events ?? [], sagas: sagas ?? [] });
  const checking: Checking = {
    source,
    definition,
    events: events === undefined ? undefined : new Map(events.map((event) => [event.name, event])),
    sagas,
    graph: graphOf(definition.steps.map((step) => ({ name: step.name, after: waitsFor(step, definition.steps) }))),
    analyse: createExpressionAnalyser(typing),
  };
  for (const check of CHECKS) check(checking);
}

/** `after`, the fallbacks that stand in for a member of it, and of a fallback its primaries (rule 10). */
function waitsFor({ name, after }: StepDefinition, steps: readonly StepDefinition[]): readonly string[] {
  const found = new Set(after);
  for (const { name: other, fallback } of steps) {
    if (fallback === name) found.add(other);
    if (fallback !== undefined && after.includes(other) && fallback !== name) found.add(fallback);
  }
  return [...found];
}
