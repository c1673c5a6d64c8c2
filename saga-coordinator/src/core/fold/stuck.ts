import type { CompiledStep } from "../compile/compiled.ts";
import { type OperatorAction, type StuckCause, stepOf } from "../state.ts";
import { offered, offeredForClaim } from "./acts/offered.ts";
import { type Draft, tell } from "./draft.ts";
import { canTurn, isHeldByJoin } from "./forward/pivot.ts";
import { elementStates, hasFailedForGood, unitNamed } from "./standing.ts";
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
  if (saga.startFault !== undefined) return [{ step: null, cause: saga.startFault, actions: ["signal", "cancel"] }];
  if (!["running", "compensating", "completed"].includes(saga.status)) return [];
  const causes: StuckCause[] = [];
  // One that still can turn does so for whatever fails, and at its deadline at the latest.
  const mayHang = saga.status === "running" && (saga.timers[DEADLINE] === undefined || !canTurn(draft));
  for (const step of definition.steps) {
    holdUps(causes, draft, step.name);
    if (step.each !== undefined) for (const [name] of elementStates(saga, step)) holdUps(causes, draft, name);
    const forward = mayHang ? forwardCause(draft, step) : undefined;
    if (forward !== undefined) causes.push({ step: step.name, cause: forward, actions: offered(draft, step, STEP_ACTIONS) });
  }
  const refused = saga.status === "completed" ? [] : (saga.claimsRefused ?? []); // one that did without it lacks nothing
  const claims = refused.map(({ alias, value, owner }): StuckCause => {
    const cause = `the alias ${alias} ${value} belongs to ${saga.definition}/${owner}, so ${saga.definition}/${saga.id} can't claim it`;
    return { step: null, cause, actions: offeredForClaim(draft) };
  });
  return [...causes, ...claims, ...broken];
}

const UNDO_ACTIONS = ["retry", "settle-as-no-effect", "waive-undo"] as const;
const STEP_ACTIONS = ["retry", "settle-as-done", "settle-as-failed"] as const;
const OUTCOME_ACTIONS = ["retry", "settle-as-done", "settle-as-failed", "waive-undo"] as const;
const FAULT_ACTIONS = ["resume", "settle-as-done", "settle-as-failed", "settle-as-no-effect", "waive-undo"] as const;

/** Adds what holds a step or an element up wherever the saga goes. Called for every step after every fact, so it makes nothing for the others. */
function holdUps(causes: StuckCause[], draft: Draft, name: string): undefined {
  const { status, reason = "no answer", fault, overdue, childStuck, childId } = stepOf(draft.saga, name);
  if (fault !== undefined) hold(causes, draft, { name, cause: fault, acts: FAULT_ACTIONS });
  if (status === "undoUsedUp") hold(causes, draft, { name, cause: `the undo of ${name} is used up: ${reason}`, acts: UNDO_ACTIONS });
  if (overdue === true && status === "unknown") {
    const cause = `nobody knows whether ${name} happened (${reason}), and its undo can't do without its answer`;
    hold(causes, draft, { name, cause, acts: OUTCOME_ACTIONS });
  }
  // An optional one that is open still is nothing to a saga that has completed.
  const isAwaited = status === "undoing" || (status === "open" && draft.saga.status === "running");
  if (childStuck !== undefined && isAwaited) {
    // What helps is done to the sub-saga.
    causes.push({ step: name, cause: `the sub-saga ${childId} of ${name} is stuck: ${childStuck}`, actions: [] });
  }
}

type Holding = { readonly name: string; readonly cause: string; readonly acts: readonly OperatorAction[] };

function hold(causes: StuckCause[], draft: Draft, { name, cause, acts }: Holding): undefined {
  const unit = unitNamed(draft.definition, name);
  causes.push({ step: name, cause, actions: unit === undefined ? [] : offered(draft, unit, acts) });
}

/** Why a running saga that could not turn stays where it is: its pivot is silent, has passed, or nothing ends the waiting any more (rule 13). */
function forwardCause(draft: Draft, step: CompiledStep): string | undefined {
  const { saga } = draft;
  const { name, optional, pivot, timeoutMillis } = step;
  const { status, reason = status } = stepOf(saga, name);
  if (optional || status === "done") return undefined;
  if (hasFailedForGood(draft, step)) {
    return `${name} is ${status} (${reason}) and ${pivot ? "it is the pivot" : "the pivot has passed, so nothing is undone"}`;
  }
  if (isHeldByJoin(draft, step))
    return `too few of ${step.after.join(", ")} can still be done for ${name} to open, and the saga can't turn`;
  const endless = status === "open" && timeoutMillis === undefined && step.wait === undefined && saga.timers[DEADLINE] === undefined;
  return endless ? `${name} is open without a timeout, and the deadline could not turn the saga` : undefined;
}
