import type { Payload } from "@troupe/kernel";
import type { CompiledStep, Request } from "../compile/compiled.ts";
import type { Retry } from "../definition/types.ts";
import { type Action, effectText, requestId } from "../effect-id.ts";
import { type Sending, stepOf } from "../state.ts";
import { backoffMillis } from "./backoff.ts";
import { buildPayload } from "./build-request.ts";
import { changeStep, clearTimer, type Draft, setTimer, tell } from "./draft.ts";
import { stepTimer } from "./timer-names.ts";

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
  const built = buildPayload(draft, asking.request);
  if ("payload" in built) return built.payload;
  const actions = action === "do" ? (["edit-data", "settle-as-done"] as const) : (["edit-data", "waive-undo"] as const);
  draft.broken.push({ step: step.name, cause: built.failed, actions });
  return undefined;
}

/** Sends a request for the first time in this life, under the next attempt: 1, or one more after an undo that is needed again. */
export function sendFirst(draft: Draft, step: CompiledStep, { action, payload }: { action: Action; payload: Payload }): undefined {
  const before = stepOf(draft.saga, step.name)[action];
  send(draft, step, { action, payload, sending: { attempt: (before?.attempt ?? 0) + 1, tries: 1, ids: before?.ids ?? [] } });
}

/** Sends again when the backoff is over: the same id after silence, the id of the next attempt after a failure. */
export function sendAgain(draft: Draft, step: CompiledStep, action: Action): undefined {
  const before = stepOf(draft.saga, step.name)[action];
  const asking = askingOf(step, action);
  if (before === undefined || asking === undefined) return;
  const payload = payloadFor(draft, step, action);
  const { attempt, tries, ids } = before;
  // It could be computed the first time; should that ever change, the next backoff tries again.
  if (payload === undefined) setTimer(draft, asking.retryTimer, draft.now + asking.retry.maxMillis);
  else send(draft, step, { action, payload, sending: { attempt, tries: tries + 1, ids } });
}

function send(
  draft: Draft,
  step: CompiledStep,
  { action, payload, sending }: { action: Action; payload: Payload; sending: Sending },
): undefined {
  const asking = askingOf(step, action);
  if (asking === undefined) return;
  const { tenant, id: sagaId } = draft.saga;
  const effect = { tenant, definition: draft.definition.name, sagaId, step: step.name, element: "", round: 1 };
  const { attempt, tries } = sending;
  const id = sending.ids[attempt - 1] ?? requestId(draft.definition.ids, effect, { action, attempt });
  const ids = sending.ids.length < attempt ? [...sending.ids, id] : sending.ids;
  changeStep(draft, step.name, { [action]: { attempt, tries, ids }, cause: `${action} sent` });
  clearTimer(draft, asking.retryTimer);
  if (asking.timeoutMillis !== undefined) setTimer(draft, asking.timeoutTimer, draft.now + asking.timeoutMillis);
  const { event } = asking.request;
  tell(draft, { kind: "sent", action, step: step.name, event, payload, id, effect: effectText(effect), attempt, sending: tries });
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
  if (before.tries >= retry.attempts || !retry.on.includes(cause)) return false;
  const { attempt, tries, ids } = before;
  const next: Sending = { attempt: cause === "failed" ? attempt + 1 : attempt, tries, ids, resend: cause };
  const againAt = draft.now + backoffMillis(retry, { tries, id: ids[attempt - 1] ?? "" });
  changeStep(draft, step.name, { [action]: next, cause: reason });
  clearTimer(draft, asking.timeoutTimer);
  setTimer(draft, asking.retryTimer, againAt);
  tell(draft, { kind: "attemptFailed", step: step.name, action, reason, againAt });
  return true;
}

/** Nothing of the step is waited for any more. */
export function stopAsking(draft: Draft, step: string, action: Action): undefined {
  const kinds = action === "do" ? (["timeout", "retry"] as const) : (["undoTimeout", "undoRetry"] as const);
  for (const kind of kinds) clearTimer(draft, stepTimer(kind, step));
}
