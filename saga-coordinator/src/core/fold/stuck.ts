import type { CompiledStep } from "../compile/compiled.ts";
import { type StuckCause, stepOf } from "../state.ts";
import { type Draft, tell } from "./draft.ts";
import { DEADLINE } from "./timer-names.ts";

/**
 * Compares what holds the saga up now with what did before. The causes are derived from the state after every fact,
 * so whatever removes one (a late answer, an operator) clears the mark without anybody clearing it.
 */
export function markStuck(draft: Draft): undefined {
  const causes = causesOf(draft);
  if (causes.length === 0) return unstick(draft);
  const before = draft.saga.stuck ?? [];
  for (const { step, cause, actions } of causes) {
    if (before.some((known) => known.step === step && known.cause === cause)) continue;
    tell(draft, { kind: "stuck", step, cause, actions });
  }
  draft.saga.stuck = causes;
}

export function unstick(draft: Draft): undefined {
  if (draft.saga.stuck === undefined) return;
  delete draft.saga.stuck;
  tell(draft, { kind: "unstuck" });
}

function causesOf(draft: Draft): readonly StuckCause[] {
  const { definition, saga, broken } = draft;
  if (saga.status === "running") return [...definition.steps.flatMap((step) => heldUpBy(saga, step)), ...broken];
  if (saga.status !== "compensating") return [];
  const usedUp = definition.steps.flatMap(({ name }): readonly StuckCause[] => {
    const { status, reason = "no answer" } = stepOf(saga, name);
    return status === "undoUsedUp"
      ? [{ step: name, cause: `the undo of ${name} is used up: ${reason}`, actions: ["retry", "waive-undo"] }]
      : [];
  });
  return [...usedUp, ...broken];
}

/** A running saga that could not turn: its pivot is silent, has passed, or nothing ends the waiting any more (rule 13). */
function heldUpBy(saga: Draft["saga"], { name, optional, pivot, timeoutMillis }: CompiledStep): readonly StuckCause[] {
  const { status, reason = status } = stepOf(saga, name);
  const actions = ["retry", "settle-as-done", "settle-as-failed"] as const;
  if (optional) return [];
  if (status === "failed" || status === "unknown") {
    const why = pivot ? "it is the pivot" : "the pivot has passed, so nothing is undone";
    return [{ step: name, cause: `${name} is ${status} (${reason}) and ${why}`, actions }];
  }
  const endless = status === "open" && timeoutMillis === undefined && saga.timers[DEADLINE] === undefined;
  return endless ? [{ step: name, cause: `${name} is open without a timeout, and the deadline could not turn the saga`, actions }] : [];
}
