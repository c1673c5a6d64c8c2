import type { JsonObject } from "@troupe/kernel";
import type { CompiledStep } from "../../compile/compiled.ts";
import { type EventEntry, stepOf } from "../../state.ts";
import { changeStep, type Draft, forgetField } from "../draft.ts";
import { foldAnswer } from "./answers.ts";

/** Folds a lifecycle event of a sub-saga into the step that started it. */
export function foldChild(
  draft: Draft,
  step: CompiledStep,
  { entry, order, attempt }: { entry: EventEntry; order: number; attempt: number | undefined },
): undefined {
  const { name, payload = {} } = entry;
  const answer = { event: name, order, attempt, round: undefined, payload };
  const { status } = stepOf(draft.saga, step.name);
  switch (name) {
    case "SagaCompleted":
      return foldAnswer(draft, step, { kind: "done", answer: { ...answer, payload: resultOf(payload) } });
    case "SagaStuck":
      return changeStep(draft, step.name, { childStuck: String(payload["cause"] ?? "no cause was told"), cause: name });
    case "SagaUnstuck":
      return forgetField(draft, step.name, "childStuck");
    // SagaCompensated, and SagaDeclined of one that never started: nothing of it is left.
    default:
      return foldAnswer(draft, step, { kind: status === "undoing" || status === "undoUsedUp" ? "undone" : "failed", answer });
  }
}

/** What the sub-saga's `result` gave: that is the result of the step. */
function resultOf({ result }: JsonObject): JsonObject {
  return typeof result === "string" ? (JSON.parse(result) as JsonObject) : {}; // decide() writes an object
}
