import { sentenceOf } from "../view/timeline.ts";
import { type Migration, type MigrationPlan, migrate, planMigration } from "./migrate.ts";

/** A plan with what would follow from it at once, in words; nothing where it can't be carried out. */
export type MigrationPreview = MigrationPlan & { readonly changes: readonly string[] };

/** What a migration would do now. Changes nothing. `now`: milliseconds since the epoch. */
export function previewMigration(migration: Migration, now: number): MigrationPreview {
  const plan = planMigration(migration);
  const changes = plan.problems.length > 0 ? [] : migrate(migration, { now, isAudited: true }).moves.map(sentenceOf);
  return { ...plan, changes };
}
