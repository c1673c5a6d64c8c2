import { TroupeError } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import { openDraft, tell } from "../fold/draft.ts";
import { claimAliases } from "../fold/facts/claims.ts";
import { noteSearchKeys } from "../fold/forward/complete.ts";
import { settle } from "../fold/settle.ts";
import type { Move } from "../moves.ts";
import type { SagaState } from "../state.ts";
import { MIGRATE } from "./act.ts";
import { carryOver } from "./carry.ts";
import { type Missing, missingData } from "./missing.ts";
import { type Place, placesOf, problemsOfPlaces, type StepPlan } from "./places.ts";

/** The version that a label `name@version#hash` names. Throws DEFINITION_NOT_LOADED. */
export type Versions = (label: string) => CompiledDefinition;

export type Migration = {
  readonly from: CompiledDefinition;
  readonly to: CompiledDefinition;
  readonly saga: SagaState;
  readonly steps: StepPlan;
};

/** What a mapping plan would do; it can be carried out exactly when `problems` is empty. */
export type MigrationPlan = {
  readonly places: readonly Place[];
  readonly missing: readonly Missing[];
  /** Every reason against it, as sentences, missing data included. */
  readonly problems: readonly string[];
};

const ENDED: readonly string[] = ["completed", "compensated", "declined"];

export function planMigration(migration: Migration): MigrationPlan {
  const { from, to, saga } = migration;
  const places = placesOf(migration);
  const missing = missingData(migration, places);
  const versions = `version ${to.version} reads and version ${from.version} did not keep`;
  const problems = [
    ...(ENDED.includes(saga.status) ? [`the saga is ${saga.status}, so nothing of it is left to go on`] : []),
    ...(from.label === to.label ? [`the saga runs version ${to.version} already`] : []),
    ...(from.name === to.name ? [] : [`${to.label} is another saga`]),
    ...problemsOfPlaces(migration, places),
    ...missing.map(({ of, fields }) => `${versions} ${fields.map((field) => `${of}.${field}`).join(", ")}`),
  ];
  return { places, missing, problems };
}

export type Migrated = { readonly state: SagaState; readonly moves: readonly Move[]; readonly definition: CompiledDefinition };

/** Folds the act. Where it is refused the saga goes on as before, and the history says why. `isAudited`: it says who asks and why. */
export function migrate(migration: Migration, { now, isAudited }: { readonly now: number; readonly isAudited: boolean }): Migrated {
  const { from, to, saga } = migration;
  const { places, problems } = planMigration(migration);
  const reason = isAudited ? reasonAgainst(problems) : "an act needs a role and a reason";
  const draft = reason === undefined ? openDraft(to, carryOver(migration, places), now) : openDraft(from, saga, now);
  if (reason === undefined) tell(draft, { kind: "migrated", from: from.version, to: to.version });
  else tell(draft, { kind: "refused", act: MIGRATE, reason });
  draft.owned.steps = reason === undefined; // a map of its own, in which everything may stand otherwise
  settle(draft);
  noteSearchKeys(draft);
  claimAliases(draft);
  return { state: draft.saga, moves: draft.moves, definition: draft.definition };
}

const reasonAgainst = (problems: readonly string[]): string | undefined => (problems.length === 0 ? undefined : problems.join("; "));

/** Where nobody said which versions there are: a history without migrations needs only its own. */
export function onlyVersion(definition: CompiledDefinition): Versions {
  return (label) => {
    if (label === definition.label) return definition;
    throw new TroupeError("DEFINITION_NOT_LOADED", { definition: definition.name, id: "any", label, allowed: [definition.label] });
  };
}
