import type { Fact, JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import { decide, type Effect } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { entryOf, writeEntry } from "./history.ts";
import type { Versions } from "./migration/migrate.ts";
import { beginSaga, type Recorded, refold } from "./replay/refold.ts";
import type { SagaState } from "./state.ts";

export type Reaction = {
  readonly state: SagaState;
  readonly effects: readonly Effect[];
  /** One entry for a fact that was folded; none for a timer that was this state's no more (`state` is then unchanged). */
  readonly history: readonly JsonObject[];
  /** The version under which it goes on: another one after a migration. */
  readonly definition: CompiledDefinition;
};

/** `versions`: for migrations. */
export type Reacting = { readonly fact: Fact; readonly now: number; readonly versions?: Versions };

/**
 * The heart of the coordinator: `evolve`, which says what the saga is after the fact, then `decide`, which says what
 * follows for the world. Synchronous, pure, and cheap: it copies what the fact changes. `state` comes from
 * `beginSaga` or from the document; facts seen before are the engine's to drop. `now`: milliseconds since the epoch.
 */
export function react(definition: CompiledDefinition, state: SagaState, { fact, now, versions }: Reacting): Reaction {
  const entry = entryOf(definition, fact);
  const evolved = evolve(definition, state, { entry, now, ...(versions === undefined ? {} : { versions }) });
  if (!evolved.folded) return { state, effects: [], history: [], definition };
  const effects = decide(evolved.definition, evolved.state, { moves: evolved.moves, now });
  return { state: evolved.state, effects, history: [writeEntry(entry)], definition: evolved.definition };
}

/** The state again, from nothing but the history: state = fold(history). Emits nothing. `versions`: for instances that were migrated. */
export function rebuild(definition: CompiledDefinition, recorded: Recorded, versions?: Versions): SagaState {
  let state = beginSaga(definition, recorded);
  for (const { evolved } of refold(definition, recorded, versions)) state = evolved.state;
  return state;
}
