import type { Fact, JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import { decide, type Effect } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { entryOf, readEntry, writeEntry } from "./history.ts";
import { emptyState, type SagaState } from "./state.ts";

export type Reaction = {
  readonly state: SagaState;
  readonly effects: readonly Effect[];
  /** One entry for a fact that was folded; none for a timer that was this state's no more (`state` is then unchanged). */
  readonly history: readonly JsonObject[];
};

/**
 * The heart of the coordinator: `evolve`, which says what the saga is after the fact, then `decide`, which says what
 * follows for the world. Synchronous, pure, and cheap: it copies what the fact changes. `state` comes from
 * `beginSaga` or from the document; facts seen before are the engine's to drop. `now`: milliseconds since the epoch.
 */
export function react(definition: CompiledDefinition, state: SagaState, { fact, now }: { fact: Fact; now: number }): Reaction {
  const entry = entryOf(definition, fact);
  const { state: after, moves, folded } = evolve(definition, state, { entry, now });
  if (!folded) return { state, effects: [], history: [] };
  return { state: after, effects: decide(definition, after, { moves, now }), history: [writeEntry(entry)] };
}

/** An instance that nothing happened to yet, pinned to this definition (rule 16). */
export function beginSaga(definition: CompiledDefinition, { tenant, id }: { tenant: string; id: string }): SagaState {
  return emptyState({ tenant, id, definition: definition.name, version: definition.version });
}

/** The state again, from nothing but the history: state = fold(history). Emits nothing. */
export function rebuild(
  definition: CompiledDefinition,
  { tenant, id, history }: { tenant: string; id: string; history: ReadonlyArray<{ readonly at: number; readonly entry: JsonObject }> },
): SagaState {
  return history.reduce<SagaState>(
    (state, row) => evolve(definition, state, { entry: readEntry(row), now: row.at }).state,
    beginSaga(definition, { tenant, id }),
  );
}
