import type { CompiledDefinition } from "./compile/compiled.ts";
import { type Draft, openDraft, tell, unexpected } from "./fold/draft.ts";
import { foldAct } from "./fold/facts/acts.ts";
import { applyAnswer } from "./fold/facts/apply-answer.ts";
import { claimAliases } from "./fold/facts/claims.ts";
import { matchStart } from "./fold/facts/match.ts";
import { decline, keep, start } from "./fold/facts/starting.ts";
import { foldTimer } from "./fold/facts/timers.ts";
import { noteSearchKeys } from "./fold/forward/complete.ts";
import { settle } from "./fold/settle.ts";
import type { Move } from "./moves.ts";
import type { EventEntry, FactEntry, SagaState, TimerEntry } from "./state.ts";

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
      foldAct(draft, entry);
      break;
    default:
      entry satisfies never;
  }
  settle(draft);
  if (entry.kind === "event") {
    noteSearchKeys(draft);
    claimAliases(draft);
  }
  return { state: draft.saga, moves: draft.moves, folded: true };
}

/** A timer counts only while it stands in the state with the same due time, and never early (I10). */
function isDue(state: SagaState, { entry, now }: { entry: TimerEntry; now: number }): boolean {
  const timer = Object.hasOwn(state.timers, entry.name) ? state.timers[entry.name] : undefined;
  return timer !== undefined && timer.dueAt === entry.dueAt && now >= timer.dueAt;
}

function foldEvent(draft: Draft, entry: EventEntry): undefined {
  const { status } = draft.saga;
  if (status === "declined") return tell(draft, { kind: "recorded", event: entry.name, reason: "the saga was declined" });
  if (status !== "awaiting" && status !== "unmatched") return applyAnswer(draft, entry, draft.saga.order);
  const match = matchStart(draft, entry);
  if (match === "start") return start(draft, entry);
  if (match === "other") return keep(draft, entry);
  if (match === "declined") return decline(draft, { cause: `the guard of ${entry.name} is false`, parent: entry.parent });
  draft.saga.startFault = match.cause;
  unexpected(draft, entry.name, { reason: match.cause });
}
