import type { JsonObject } from "@troupe/kernel";
import type { AnswerKind, CompiledStep } from "../../compile/compiled.ts";
import type { Action } from "../../effect-id.ts";
import { stepOf } from "../../state.ts";
import type { StepStatus } from "../../transitions.ts";
import { retryLater, stopAsking } from "../asking/requests.ts";
import { changeStep, type Draft, forgetField, hasTurned, tell, unexpected } from "../draft.ts";

/** An answer of one step: its event, its place in history, and which attempt it is about when that is known. */
export type Answer = {
  readonly event: string;
  readonly order: number;
  readonly attempt: number | undefined;
  /** Round of a repeated step that its effect names. */
  readonly round: number | undefined;
  readonly payload: JsonObject | undefined;
};

/** Folds an answer into its step. Whether the saga then turns, goes on or ends is for `settle` to say. */
export function foldAnswer(draft: Draft, step: CompiledStep, { kind, answer }: { kind: AnswerKind; answer: Answer }): undefined {
  switch (kind) {
    case "done":
      return foldDone(draft, step, answer);
    case "failed":
      return foldFailed(draft, step, answer);
    case "undone":
      return foldUndone(draft, step, answer);
    case "undoFailed":
      return foldUndoFailed(draft, step, answer);
    default:
      return kind satisfies never;
  }
}

/** What `done` means in a step that can't become done by it; absent: it counts (rule 1). */
const DONE_RECORDED: { readonly [status in StepStatus]?: string } = {
  done: "the step is done already",
  undoing: "the undo of the step is in flight",
  undoUsedUp: "the undo of the step is used up and waits for an operator",
  waived: "the undo of the step was waived",
};

export function foldDone(draft: Draft, step: CompiledStep, { event, order, payload }: Answer): undefined {
  const { status, doneAt = draft.now } = stepOf(draft.saga, step.name);
  const recorded = DONE_RECORDED[status];
  if (recorded !== undefined) {
    // While its undo is in flight it still tells that there was an effect.
    if (status === "undoing") changeStep(draft, step.name, { doneAt, cause: event });
    return tell(draft, { kind: "recorded", event, reason: recorded });
  }
  const late = hasTurned(draft) || isSurplus(draft, step);
  const kept = payload === undefined ? {} : { payload };
  changeStep(draft, step.name, { status: "done", order, settledAt: draft.now, doneAt, ...kept, cause: event });
  if (status === "skipped" || status === "pruned") changeStep(draft, step.name, { givenUp: status, cause: event });
  stopAsking(draft, step.name, "do");
  stopAsking(draft, step.name, "undo");
  tell(draft, { kind: "done", step: step.name, late, event });
  if (late && step.irreversible) {
    const why = hasTurned(draft) ? "the saga has turned" : "the saga does without it";
    tell(draft, { kind: "contradiction", step: step.name, event, reason: `it happened although ${why}, and nothing undoes it` });
  }
}

/**
 * Whether the saga has gone another way already. A step whose fallback did not open yet is taken back instead: its late
 * answer beats the fallback.
 */
function isSurplus(draft: Draft, step: CompiledStep): boolean {
  const { status, givenUp } = stepOf(draft.saga, step.base); // an element stands as its fan-out does
  if (status === "skipped" || status === "pruned") return true;
  if (givenUp !== "replaced" || step.element !== "") return givenUp !== undefined;
  const isOpen = step.fallback !== undefined && stepOf(draft.saga, step.fallback).status !== "waiting";
  if (isOpen || status === "undone") return true;
  forgetField(draft, step.name, "givenUp");
  return false;
}

function foldFailed(draft: Draft, step: CompiledStep, answer: Answer): undefined {
  const { event } = answer;
  const { status, doneAt, do: sending } = stepOf(draft.saga, step.name);
  if (isOlderAttempt(draft, step, { action: "do", answer })) {
    return tell(draft, { kind: "recorded", event, reason: "it answers an attempt that failed before" });
  }
  switch (status) {
    case "waiting":
      if (isNotTaken(draft, step)) return tell(draft, { kind: "recorded", event, reason: `${step.base} was not taken` });
      if (step.command !== undefined) return unexpected(draft, event, { reason: `${step.name} was not asked yet` });
      return fail(draft, step, event);
    case "open":
      if (draft.saga.status === "running" && retryLater(draft, step, { action: "do", cause: "failed", reason: event })) return;
      return fail(draft, step, sending === undefined || sending.tries < 2 ? event : `${event} after ${sending.tries} sendings`);
    case "unknown":
      return fail(draft, step, event);
    case "undoUsedUp":
      // It was never known to have happened, and now is known not to have: nothing is left to undo.
      if (doneAt === undefined) return fail(draft, step, event);
      return contradict(draft, step, event);
    case "done":
      return contradict(draft, step, event);
    case "failed":
      return tell(draft, { kind: "recorded", event, reason: "the step has failed already" });
    case "skipped":
    case "pruned":
    case "undoing":
    case "undone":
    case "waived":
      return tell(draft, { kind: "recorded", event, reason: `the step is ${status}` });
    default:
      return status satisfies never;
  }
}

/** Of an element: its fan-out was skipped or pruned, so it never opens. */
function isNotTaken({ saga }: Draft, { base }: CompiledStep): boolean {
  const { status, givenUp } = stepOf(saga, base);
  return ["skipped", "pruned"].includes(givenUp ?? status);
}

export function fail(draft: Draft, step: CompiledStep, reason: string): undefined {
  changeStep(draft, step.name, { status: "failed", settledAt: draft.now, reason, cause: reason });
  stopAsking(draft, step.name, "do");
  stopAsking(draft, step.name, "undo");
  tell(draft, { kind: "failed", step: step.name, reason });
}

function contradict(draft: Draft, step: CompiledStep, event: string): undefined {
  tell(draft, { kind: "contradiction", step: step.name, event, reason: "the step was done before; its effect still counts" });
}

/**
 * A failure of an attempt before the current one changes nothing. When the causation does not tell, a failure that
 * comes while nothing is in flight, or after a later attempt settled the step, can only be such a one.
 */
function isOlderAttempt(draft: Draft, step: CompiledStep, { action, answer }: { action: Action; answer: Answer }): boolean {
  const { status, [action]: sending } = stepOf(draft.saga, step.name);
  if (sending === undefined) return false;
  if (answer.attempt !== undefined) return answer.attempt < sending.attempt;
  return sending.resend === "failed" || (sending.attempt > 1 && status === "done");
}

function foldUndone(draft: Draft, step: CompiledStep, answer: Answer): undefined {
  const { event } = answer;
  const { status, undo } = stepOf(draft.saga, step.name);
  if (undo === undefined) return unexpected(draft, event, { reason: `the undo of ${step.name} was not asked for` });
  // Of an earlier life: a late success asked for this undo once more.
  const isEarlier = answer.attempt !== undefined && answer.attempt < undo.attempt;
  if (status === "undoUsedUp" || (status === "undoing" && !isEarlier)) {
    changeStep(draft, step.name, { status: "undone", undoneAt: draft.now, cause: event });
    stopAsking(draft, step.name, "undo");
    return tell(draft, { kind: "undone", step: step.name });
  }
  tell(draft, { kind: "recorded", event, reason: isEarlier ? "it answers an earlier undo" : `the step is ${status}` });
}

function foldUndoFailed(draft: Draft, step: CompiledStep, answer: Answer): undefined {
  const { event } = answer;
  const { status, undo } = stepOf(draft.saga, step.name);
  if (undo === undefined) return unexpected(draft, event, { reason: `the undo of ${step.name} was not asked for` });
  if (status !== "undoing") return tell(draft, { kind: "recorded", event, reason: `the step is ${status}` });
  if (isOlderAttempt(draft, step, { action: "undo", answer })) {
    return tell(draft, { kind: "recorded", event, reason: "it answers an attempt that failed before" });
  }
  if (retryLater(draft, step, { action: "undo", cause: "failed", reason: event })) return;
  useUp(draft, step, `${event} after ${undo.tries} sendings`);
}

/** Rule 8: no attempt of the undo is left. The saga gets stuck on it; a late answer or an operator takes it up. */
export function useUp(draft: Draft, step: CompiledStep, reason: string): undefined {
  changeStep(draft, step.name, { status: "undoUsedUp", reason, cause: reason });
  stopAsking(draft, step.name, "undo");
}
