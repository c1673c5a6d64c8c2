import type { JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import { type Evolved, evolve } from "../evolve.ts";
import { readEntry } from "../history.ts";
import { isMigration, readMigration } from "../migration/act.ts";
import { onlyVersion, type Versions } from "../migration/migrate.ts";
import { emptyState, type FactEntry, type SagaState } from "../state.ts";

type Row = { readonly at: number; readonly entry: JsonObject };
export type Recorded<Of extends Row = Row> = {
  readonly tenant: string;
  readonly id: string;
  /** All of it, in fold order. */
  readonly history: readonly Of[];
};

/** An instance that nothing happened to yet, pinned to this definition (rule 16). */
export function beginSaga(definition: CompiledDefinition, { tenant, id }: { tenant: string; id: string }): SagaState {
  return emptyState({ tenant, id, definition: definition.name, version: definition.version });
}

/**
 * The version that an instance began under: the one that its first migration left, else the one that its document names.
 * Throws what `versions` throws.
 */
export function firstVersion(definition: CompiledDefinition, history: Recorded["history"], versions: Versions): CompiledDefinition {
  for (const row of history) {
    const entry = readEntry(row);
    if (!isMigration(entry)) continue;
    const { from } = readMigration(entry);
    return from === definition.label ? definition : versions(from);
  }
  return definition;
}

/** Folds a history again, fact by fact, each under the version that the instance ran then. `definition`: the one it runs now. */
export function* refold<Of extends Row>(
  definition: CompiledDefinition,
  { tenant, id, history }: Recorded<Of>,
  versions: Versions = onlyVersion(definition),
): Generator<{ readonly row: Of; readonly entry: FactEntry; readonly evolved: Evolved }> {
  let running = firstVersion(definition, history, versions);
  let state = beginSaga(running, { tenant, id });
  for (const row of history) {
    const entry = readEntry(row);
    const evolved = evolve(running, state, { entry, now: row.at, versions });
    running = evolved.definition;
    state = evolved.state;
    yield { row, entry, evolved };
  }
}
