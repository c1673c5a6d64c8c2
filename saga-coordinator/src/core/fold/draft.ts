import type { JsonObject, Payload } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import type { Move } from "../moves.ts";
import { type SagaState, type StepState, type StuckCause, stepOf, type Timer } from "../state.ts";
import { type SagaStatus, type StepStatus, sagaMoves, stepMoves } from "../transitions.ts";

/**
 * One fold in the making. The state it began with is never touched: `saga` is a copy of its top level, and the maps
 * of steps and timers are copied at their first change, so a fact costs what it changes and not what the saga holds.
 */
export type Draft = {
  readonly definition: CompiledDefinition;
  readonly now: number;
  readonly moves: Move[];
  readonly saga: { -readonly [key in keyof SagaState]: SagaState[key] };
  /** Undos and commands whose payload could not be computed in this fold. */
  readonly broken: StuckCause[];
  readonly owned: { steps: boolean; timers: boolean };
  /** Payloads decoded in this fold, so that a list of a thousand is not decoded a thousand times. */
  readonly decoded: Map<JsonObject, Payload>;
};

/** Begins a fold of the next fact. */
export function openDraft(definition: CompiledDefinition, before: SagaState, now: number): Draft {
  return {
    definition,
    now,
    moves: [],
    broken: [],
    saga: { ...before, order: before.order + 1 },
    owned: { steps: false, timers: false },
    decoded: new Map(),
  };
}

export function tell(draft: Draft, move: Move): undefined {
  draft.moves.push(move);
}

export function setStatus(draft: Draft, to: SagaStatus, cause: string): undefined {
  const { saga } = draft;
  saga.status = sagaMoves({ what: `saga ${saga.definition}/${saga.id}`, from: saga.status, to, cause });
}

/** Changes a step's fields and, when `status` is another one, its status by the transition table. */
export function changeStep(draft: Draft, name: string, change: Partial<StepState> & { readonly cause: string }): undefined {
  const { cause, ...fields } = change;
  const before = stepOf(draft.saga, name);
  if (fields.status === undefined || fields.status === before.status) {
    return putStep(draft, name, { ...before, ...fields, status: before.status });
  }
  const what = `step ${name} of ${draft.saga.definition}/${draft.saga.id}`;
  const status: StepStatus = stepMoves({ what, from: before.status, to: fields.status, cause });
  putStep(draft, name, { ...withoutDoubts(before), ...fields, status });
}

/** Faults and doubts are about the status that a step leaves. Few have any, and copying costs. */
function withoutDoubts(step: StepState): StepState {
  if (step.fault === undefined && step.overdue === undefined && step.childStuck === undefined) return step;
  const { fault: _, overdue: __, childStuck: ___, ...kept } = step;
  return kept;
}

function putStep(draft: Draft, name: string, step: StepState): undefined {
  if (!draft.owned.steps) draft.saga.steps = { ...draft.saga.steps };
  draft.owned.steps = true;
  (draft.saga.steps as Record<string, StepState>)[name] = step; // the map is this draft's own since the line above
}

/** Removes the entry of an element. */
export function forget(draft: Draft, name: string): undefined {
  const { [name]: _, ...steps } = draft.saga.steps;
  draft.saga.steps = steps;
  draft.owned.steps = true;
}

/** Whether the saga goes back. */
export function hasTurned({ saga }: Pick<Draft, "saga">): boolean {
  return saga.status === "compensating" || saga.status === "compensated";
}

/** Timers of one name replace each other; the generation tells a timer from an earlier one. */
export function setTimer(draft: Draft, name: string, dueAt: number): undefined {
  ownTimers(draft)[name] = { dueAt, generation: draft.saga.order };
}

export function clearTimer(draft: Draft, name: string): undefined {
  if (!Object.hasOwn(draft.saga.timers, name)) return;
  const { [name]: _, ...timers } = draft.saga.timers;
  draft.saga.timers = timers;
  draft.owned.timers = true;
}

function ownTimers(draft: Draft): Record<string, Timer> {
  if (!draft.owned.timers) draft.saga.timers = { ...draft.saga.timers };
  draft.owned.timers = true;
  return draft.saga.timers as Record<string, Timer>; // the map is this draft's own since the line above
}

/** An expression holds the saga up; it is tried again with every fact. */
export function breakOn(draft: Draft, cause: StuckCause): undefined {
  // Steps are looked at more than once in a fold.
  if (!draft.broken.some((known) => known.step === cause.step && known.cause === cause.cause)) draft.broken.push(cause);
}

type Forgettable = "givenUp" | "childStuck" | "fault" | "overdue" | "settledAt" | "reason";

/** Removes what is not so any more of a step. */
export function forgetField(draft: Draft, name: string, field: Forgettable): undefined {
  const { [field]: _, ...step } = stepOf(draft.saga, name);
  putStep(draft, name, step);
}

/** Records an event that fits nothing. */
export function unexpected(draft: Draft, event: string, { reason, alarm = false }: { reason: string; alarm?: boolean }): undefined {
  draft.saga.unexpected = (draft.saga.unexpected ?? 0) + 1;
  tell(draft, { kind: "unexpected", event, reason, alarm });
}
