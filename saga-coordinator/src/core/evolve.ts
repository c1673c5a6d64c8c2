import { TroupeError } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import { type Answer, foldAnswer } from "./fold/answers.ts";
import { clearTimer, type Draft, openDraft, rememberStart, setStatus, setTimer, tell, unexpected } from "./fold/draft.ts";
import { matchEvent } from "./fold/match.ts";
import { settle } from "./fold/settle.ts";
import { DEADLINE, PATIENCE } from "./fold/timer-names.ts";
import { foldTimer, releaseDeadline } from "./fold/timers.ts";
import type { Move } from "./moves.ts";
import type { EventEntry, FactEntry, SagaState, TimerEntry } from "./state.ts";

/** Events that may wait for a start in one document. */
export const EARLY_LIMIT = 100;

export type Evolved = {
  readonly state: SagaState;
  /** What changed and why; empty exactly when the fact changed nothing. */
  readonly moves: readonly Move[];
  /** False for a timer that is not this state's any more: then `state` is the very state that was given. */
  readonly folded: boolean;
};

/**
 * Folds one fact. Synchronous and pure: the same arguments give the same state, on the first run and in every rebuild.
 * `now` in milliseconds since the epoch. Throws EARLY_EVENTS_FULL when a saga that has not started holds its fill, and
 * TRANSITION_ILLEGAL when this code contradicts its own tables.
 */
export function evolve(definition: CompiledDefinition, state: SagaState, { entry, now }: { entry: FactEntry; now: number }): Evolved {
  if (entry.kind === "timer" && !isDue(state, { entry, now })) return { state, moves: [], folded: false };
  const draft = openDraft(definition, state, now);
  switch (entry.kind) {
    case "event":
      foldEvent(draft, entry);
      break;
    case "timer":
      foldTimer(draft, entry.name);
      break;
    case "act":
      unexpected(draft, entry.name, { reason: "acts of an operator are not available in this version" });
      break;
    default:
      entry satisfies never;
  }
  settle(draft);
  return { state: draft.saga, moves: draft.moves, folded: true };
}

/** A timer counts only while it stands in the state with the same due time, and never early (I10). */
function isDue(state: SagaState, { entry, now }: { entry: TimerEntry; now: number }): boolean {
  const timer = Object.hasOwn(state.timers, entry.name) ? state.timers[entry.name] : undefined;
  return timer !== undefined && timer.dueAt === entry.dueAt && now >= timer.dueAt;
}

function foldEvent(draft: Draft, entry: EventEntry): undefined {
  const { status } = draft.saga;
  const match = matchEvent(draft.definition, draft.saga, entry);
  const isStart = match.kind === "one" && match.role.kind === "start";
  if (status === "awaiting" || status === "unmatched") return isStart ? start(draft, entry) : keep(draft, entry);
  if (isStart) return unexpected(draft, entry.name, { reason: "the saga has started already; the first start wins" });
  applyAnswer(draft, entry, draft.saga.order);
  releaseDeadline(draft);
}

/** Rule 1: an event before its start waits in the document under the saga's own id. */
function keep(draft: Draft, entry: EventEntry): undefined {
  const { saga } = draft;
  const early = saga.early ?? [];
  if (early.length >= EARLY_LIMIT) {
    throw new TroupeError("EARLY_EVENTS_FULL", { saga: `${saga.definition}/${saga.id}`, event: entry.name, limit: EARLY_LIMIT });
  }
  saga.early = [...early, { order: saga.order, entry }];
  if (saga.status === "awaiting" && early.length === 0) setTimer(draft, PATIENCE, draft.now + draft.definition.patienceMillis);
  tell(draft, { kind: "kept", event: entry.name });
}

/** Early events count before anything opens, in the order in which they came: what is done needs no command any more. */
function start(draft: Draft, entry: EventEntry): undefined {
  const { saga, definition } = draft;
  const early = saga.early ?? [];
  delete saga.early;
  setStatus(draft, "running", entry.name);
  rememberStart(draft, entry.payload);
  clearTimer(draft, PATIENCE);
  if (definition.deadlineMillis !== undefined) setTimer(draft, DEADLINE, draft.now + definition.deadlineMillis);
  tell(draft, { kind: "started" });
  for (const { entry: event, order } of early) applyAnswer(draft, event, order);
}

function applyAnswer(draft: Draft, entry: EventEntry, order: number): undefined {
  const match = matchEvent(draft.definition, draft.saga, entry);
  if (match.kind === "several") {
    const meanings = match.roles.map((role) => (role.kind === "start" ? "start" : `${role.kind} of ${role.step}`)).join(" and ");
    return unexpected(draft, entry.name, { reason: `it means ${meanings}, and nothing tells which`, alarm: true });
  }
  const role = match.kind === "one" ? match.role : undefined;
  const step = role === undefined || role.kind === "start" ? undefined : draft.definition.stepByName.get(role.step);
  if (match.kind === "none" || step === undefined || role === undefined || role.kind === "start") {
    return unexpected(draft, entry.name, { reason: "no step of the saga listens to it" });
  }
  const answer: Answer = { event: entry.name, order, attempt: match.attempt, payload: entry.payload };
  foldAnswer(draft, step, { kind: role.kind, answer });
}
