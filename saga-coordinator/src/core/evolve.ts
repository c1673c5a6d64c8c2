import type { CompiledDefinition } from "./compile/compiled.ts";
import { foldAct } from "./fold/acts/fold-act.ts";
import { openDraft } from "./fold/draft.ts";
import { claimAliases, tellAliases } from "./fold/facts/claims.ts";
import { foldEvent } from "./fold/facts/fold-event.ts";
import { foldTimer } from "./fold/facts/timers.ts";
import { noteSearchKeys } from "./fold/forward/complete.ts";
import { settle } from "./fold/settle.ts";
import { isMigration, readMigration } from "./migration/act.ts";
import { migrate, onlyVersion, type Versions } from "./migration/migrate.ts";
import type { Move } from "./moves.ts";
import type { FactEntry, SagaState, TimerEntry } from "./state.ts";

export type Evolved = {
  readonly state: SagaState;
  /** What changed and why; empty exactly when the fact changed nothing. */
  readonly moves: readonly Move[];
  /** False for a timer that is not this state's any more: then `state` is the very state that was given. */
  readonly folded: boolean;
  /** The version under which it goes on: another one after a migration. */
  readonly definition: CompiledDefinition;
};

/** `versions`: for migrations, which lead from one version to another. */
export type Folding = { readonly entry: FactEntry; readonly now: number; readonly versions?: Versions };

/**
 * Folds one fact. Synchronous and pure: the same arguments give the same state, on the first run and in every rebuild.
 * `now` in milliseconds since the epoch. Throws EARLY_EVENTS_FULL when a saga that has not started holds its fill, and
 * TRANSITION_ILLEGAL when this code contradicts its own tables, DEFINITION_NOT_LOADED for a migration to a version that
 * is not among `versions`.
 */
export function evolve(definition: CompiledDefinition, state: SagaState, { entry, now, versions }: Folding): Evolved {
  if (entry.kind === "timer" && !isDue(state, { entry, now })) return { state, moves: [], folded: false, definition };
  if (isMigration(entry)) {
    const { to, steps, isAudited } = readMigration(entry);
    const migration = { from: definition, to: (versions ?? onlyVersion(definition))(to), saga: state, steps };
    return { ...migrate(migration, { now, isAudited }), folded: true };
  }
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
  if (entry.kind !== "timer") {
    noteSearchKeys(draft, state);
    claimAliases(draft);
  }
  tellAliases(draft, state.status);
  return { state: draft.saga, moves: draft.moves, folded: true, definition };
}

/** A timer counts only while it stands in the state with the same due time, and never early (I10). */
function isDue(state: SagaState, { entry, now }: { entry: TimerEntry; now: number }): boolean {
  const timer = Object.hasOwn(state.timers, entry.name) ? state.timers[entry.name] : undefined;
  return timer !== undefined && timer.dueAt === entry.dueAt && now >= timer.dueAt;
}
