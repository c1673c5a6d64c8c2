import type { CompiledStep } from "../../compile/compiled.ts";
import { type EventEntry, stepOf } from "../../state.ts";
import { changeStep, type Draft, hasTurned, unexpected } from "../draft.ts";
import { mayBeListed } from "../forward/elements.ts";
import { elementOf } from "../standing.ts";
import { foldAnswer } from "./answers.ts";
import { foldChild } from "./children.ts";
import { type Matched, matchEvent } from "./match.ts";
import { foldRound } from "./rounds.ts";

/** Folds an event of a saga that has started. `order`: its place in history, also when it waited for the start. */
export function applyAnswer(draft: Draft, entry: EventEntry, order: number): undefined {
  const match = matchEvent(draft, entry);
  switch (match.is) {
    case "start":
      return unexpected(draft, entry.name, { reason: "the saga has started already; the first start wins" });
    case "none":
      return unexpected(draft, entry.name, { reason: match.reason });
    case "several":
      return unexpected(draft, entry.name, { reason: `it means ${match.meanings.join(" and ")}, and nothing tells which`, alarm: true });
    case "broken":
      return hold(draft, entry, match);
    case "answer":
      return answer(draft, match, { entry, order });
    default:
      return match satisfies never;
  }
}

/** Nobody knows what the answer says: the step is held up until it settles some other way. */
function hold(draft: Draft, { name }: EventEntry, { step, cause }: { step: string | null; cause: string }): undefined {
  if (step === null) return unexpected(draft, name, { reason: cause, alarm: true });
  changeStep(draft, step, { fault: cause, cause: name });
  unexpected(draft, name, { reason: cause });
}

function answer(draft: Draft, match: Matched, { entry, order }: { entry: EventEntry; order: number }): undefined {
  const { kind, attempt, round } = match;
  const step = draft.definition.stepByName.get(match.step);
  if (step === undefined) return;
  const unit = step.each === undefined ? step : elementAnswered(draft, step, { entry, element: match.element });
  if (unit === undefined) return;
  if (kind === "child") return foldChild(draft, unit, { entry, order, attempt });
  const given = { event: entry.name, order, attempt, round, payload: entry.payload };
  if (kind === "done" && unit.repeat !== undefined) foldRound(draft, unit, given);
  else foldAnswer(draft, unit, { kind, answer: given });
}

/** The element that an answer is about. Undefined: there is none, and that is recorded. */
function elementAnswered(
  draft: Draft,
  step: CompiledStep,
  { entry, element }: { entry: EventEntry; element: string },
): CompiledStep | undefined {
  const unit = elementOf(step, element);
  const { order, item } = stepOf(draft.saga, unit.name);
  if (order > 0 || item !== undefined) return unit;
  const { status, openedAt } = stepOf(draft.saga, step.name);
  // One that opened has all of its elements. Before, and where it never will, an element may have happened all the same.
  if (openedAt === undefined && mayBeListed(draft, step, element)) return unit;
  unexpected(draft, entry.name, { reason: `${step.name} has no element ${element}`, alarm: status !== "waiting" || hasTurned(draft) });
  return undefined;
}
