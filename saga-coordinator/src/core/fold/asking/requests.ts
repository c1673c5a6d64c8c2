import type { Payload } from "@troupe/kernel";
import type { CompiledStep, Request } from "../../compile/compiled.ts";
import type { Retry } from "../../definition/types.ts";
import { type Action, type EffectName, effectText, requestId } from "../../effect-id.ts";
import { fieldsFromJson, fieldsToJson } from "../../history.ts";
import { type Sending, stepOf } from "../../state.ts";
import { breakOn, changeStep, clearTimer, type Draft, setTimer, tell } from "../draft.ts";
import { insteadOfOpening } from "../forward/pivot.ts";
import { buildPayload, mayChange } from "../scope.ts";
import { isUndoTimer, stepTimer } from "../timer-names.ts";
import { backoffMillis } from "./backoff.ts";

/** How a step is asked for its effect, or for its undoing: the same life with other names. */
type Asking = {
  readonly request: Request;
  readonly retry: Retry;
  readonly timeoutMillis: number | undefined;
  readonly timeoutTimer: string;
  readonly retryTimer: string;
};

function askingOf(step: CompiledStep, action: Action): Asking | undefined {
  const { name, command, retry, timeoutMillis, undo } = step;
  if (action === "do") {
    const timers = { timeoutTimer: stepTimer("timeout", name), retryTimer: stepTimer("retry", name) };
    return command === undefined ? undefined : { request: command, retry, timeoutMillis, ...timers };
  }
  return undo === undefined
    ? undefined
    : { ...undo, timeoutTimer: stepTimer("undoTimeout", name), retryTimer: stepTimer("undoRetry", name) };
}

/** The payload of a step's request. Undefined when an expression failed: the draft then holds why, and the saga gets stuck. */
export function payloadFor(draft: Draft, step: CompiledStep, action: Action): Payload | undefined {
  const asking = askingOf(step, action);
  if (asking === undefined) return undefined;
  if (step.child !== undefined && action === "undo") return undoOfChild(draft, step, step.child.saga);
  const built = buildPayload(draft, asking.request, step);
  if ("value" in built && (step.child === undefined || step.child.sagaIdOf(built.value) !== undefined)) return built.value;
  const cause = "failed" in built ? built.failed : `${asking.request.event}, the start of ${step.child?.saga}, gives no saga id`;
  const actions = action === "do" ? insteadOfOpening(draft) : (["edit-data", "waive-undo"] as const);
  breakOn(draft, { step: step.name, cause, actions });
  return undefined;
}

/** Names the instance and the effect: the sub-saga answers under it, also when it never started. */
function undoOfChild(draft: Draft, step: CompiledStep, saga: string): Payload {
  const { childId = "" } = stepOf(draft.saga, step.name);
  return { sagaId: childId, definition: saga, effect: effectTextOf(draft, step) };
}

function effectOf({ definition, saga }: Draft, step: CompiledStep): EffectName {
  const { round = 1 } = stepOf(saga, step.name);
  const name = saga.effectNames?.[step.base] ?? step.base;
  return { tenant: saga.tenant, definition: definition.name, sagaId: saga.id, step: name, element: step.element, round };
}

/** What `ce_effect` carries of a step or an element. */
export function effectTextOf(draft: Draft, unit: CompiledStep): string {
  return effectText(effectOf(draft, unit));
}

/** Sends a request for the first time in this life, under the next attempt: 1, or one more after an undo that is needed again. */
export function sendFirst(draft: Draft, step: CompiledStep, { action, payload }: { action: Action; payload: Payload }): undefined {
  const before = stepOf(draft.saga, step.name)[action];
  const request = askingOf(step, action)?.request;
  const keeps = request !== undefined && mayChange(draft.saga, request);
  const kept = keeps ? { payload: fieldsToJson(payload, "all") } : {};
  send(draft, step, { action, payload, sending: { attempt: (before?.attempt ?? 0) + 1, tries: 1, ids: before?.ids ?? [], ...kept } });
}

/** Sends again when the backoff is over: the same id after silence, the id of the next attempt after a failure. */
export function sendAgain(draft: Draft, step: CompiledStep, action: Action): undefined {
  const before = stepOf(draft.saga, step.name)[action];
  const asking = askingOf(step, action);
  if (before === undefined || asking === undefined) return;
  const { resend: _, payload: said, ...sending } = before;
  const isNew = before.ids.length < before.attempt; // a new attempt is a new message, over what is known now
  const payload = said === undefined || isNew ? payloadFor(draft, step, action) : fieldsFromJson(said);
  // It could be computed the first time; should that ever change, the next backoff tries again.
  if (payload === undefined) return setTimer(draft, asking.retryTimer, draft.now + asking.retry.maxMillis);
  const keeps = isNew ? mayChange(draft.saga, asking.request) : said !== undefined;
  const kept = keeps ? { payload: fieldsToJson(payload, "all") } : {};
  send(draft, step, { action, payload, sending: { ...sending, tries: sending.tries + 1, ...kept } });
}

/**
 * Sends at once, with a fresh set of tries, because an operator asks for it: the same id after silence, the id of the next
 * attempt when the last one `failed` explicitly.
 */
export function askAfresh(draft: Draft, step: CompiledStep, { action, failed }: { action: Action; failed: boolean }): undefined {
  const before = stepOf(draft.saga, step.name)[action];
  if (before === undefined) {
    const payload = payloadFor(draft, step, action);
    return payload === undefined ? undefined : sendFirst(draft, step, { action, payload });
  }
  const isUsed = before.ids.length >= before.attempt; // while a backoff runs the next attempt has its number already
  const attempt = failed && isUsed ? before.attempt + 1 : before.attempt;
  changeStep(draft, step.name, { [action]: { ...before, attempt, forgiven: before.tries }, cause: "an operator asks once more" });
  sendAgain(draft, step, action);
}

/** Keeps what a request said, before the data that it was computed from changes: the same id always says the same. */
export function keepRequest(draft: Draft, step: CompiledStep, action: Action): undefined {
  const { status, [action]: sending } = stepOf(draft.saga, step.name);
  const isAsking = action === "do" ? status === "open" || status === "unknown" : status === "undoing" || status === "undoUsedUp";
  // The undo of a sub-saga names the instance, which no data changes.
  const asking = step.child !== undefined && action === "undo" ? undefined : askingOf(step, action);
  if (!isAsking || sending === undefined || sending.payload !== undefined || asking === undefined) return;
  const built = buildPayload(draft, asking.request, step);
  if ("value" in built)
    changeStep(draft, step.name, { [action]: { ...sending, payload: fieldsToJson(built.value, "all") }, cause: "data is edited" });
}

function send(
  draft: Draft,
  step: CompiledStep,
  { action, payload, sending }: { action: Action; payload: Payload; sending: Sending },
): undefined {
  const asking = askingOf(step, action);
  if (asking === undefined) return;
  const effect = effectOf(draft, step);
  const { attempt, tries } = sending;
  const id = sending.ids[attempt - 1] ?? requestId(draft.definition.ids, effect, { action, attempt });
  const ids = sending.ids.length < attempt ? [...sending.ids, id] : sending.ids;
  const childId = action === "do" ? step.child?.sagaIdOf(payload) : stepOf(draft.saga, step.name).childId;
  const to = step.child === undefined || childId === undefined ? {} : { childId };
  changeStep(draft, step.name, { [action]: { ...sending, ids }, ...to, cause: `${action} sent` });
  clearTimer(draft, asking.retryTimer);
  if (asking.timeoutMillis !== undefined) setTimer(draft, asking.timeoutTimer, draft.now + asking.timeoutMillis);
  const { event } = asking.request;
  tell(draft, { kind: "sent", action, step: step.name, event, payload, id, effect: effectText(effect), attempt, sending: tries, ...to });
}

/** Schedules the next sending if the retry policy has one left. False: this was the last, the caller decides what that means. */
export function retryLater(
  draft: Draft,
  step: CompiledStep,
  { action, cause, reason }: { action: Action; cause: "failed" | "timeout"; reason: string },
): boolean {
  const asking = askingOf(step, action);
  const before = stepOf(draft.saga, step.name)[action];
  if (asking === undefined || before === undefined) return false;
  const { retry } = asking;
  const { attempt, ids, forgiven = 0 } = before;
  const tries = before.tries - forgiven;
  if (tries >= retry.attempts || !retry.on.includes(cause)) {
    // Of an undo nothing else tells whether the next one, should an operator ask for it, is a new attempt.
    if (action === "undo" && cause === "failed") changeStep(draft, step.name, { undo: { ...before, resend: cause }, cause: reason });
    return false;
  }
  const next: Sending = { ...before, attempt: cause === "failed" ? attempt + 1 : attempt, resend: cause };
  const againAt = draft.now + backoffMillis(retry, { tries, id: ids[attempt - 1] ?? "" });
  changeStep(draft, step.name, { [action]: next, cause: reason });
  clearTimer(draft, asking.timeoutTimer);
  setTimer(draft, asking.retryTimer, againAt);
  tell(draft, { kind: "attemptFailed", step: step.name, action, reason, againAt });
  return true;
}

/** Nothing of the step is waited for any more. */
export function stopAsking(draft: Draft, step: string, action: Action): undefined {
  const ending = `:${step}`;
  for (const name in draft.saga.timers) if (name.endsWith(ending) && isUndoTimer(name) === (action === "undo")) clearTimer(draft, name);
}
