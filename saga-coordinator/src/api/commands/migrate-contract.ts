import { type Static, Type } from "typebox";
import type { Frozen } from "../contract.ts";

export const MIGRATE_BODY = Type.Object(
  {
    toVersion: Type.Integer({ minimum: 1, description: "Number of the version that the saga is to go on under." }),
    steps: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String({ minLength: 1 }), Type.Null()]), {
        description: "Steps of the version that it runs to steps of the other; null drops one. Those not named keep their names.",
      }),
    ),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1000, pattern: "\\S", description: "Why, as a sentence; needed unless it is a preview." }),
    ),
    preview: Type.Optional(Type.Boolean({ default: false, description: "Only say what would happen." })),
  },
  { additionalProperties: false },
);

const TEXTS = (description: string) => Type.Array(Type.String(), { description });

export const MIGRATION_PREVIEW = Type.Object({
  from: Type.Integer({ description: "The version that the saga runs." }),
  to: Type.Integer({ description: "The version that it would run." }),
  possible: Type.Boolean({ description: "Whether it would be carried out." }),
  problems: TEXTS("Every reason against it."),
  missing: Type.Array(
    Type.Object({
      of: Type.String({ description: "`start`, a step of the other version, or an event that waits for the start." }),
      fields: TEXTS("Fields that the other version reads and the history did not keep; * stands for all."),
    }),
  ),
  steps: Type.Array(
    Type.Object({
      step: Type.String(),
      status: Type.String({ description: "Where it stands." }),
      to: Type.Union([Type.String(), Type.Null()], { description: "The step that takes it over; null: none." }),
    }),
    { description: "Every step of the version that it runs." },
  ),
  changes: TEXTS("What would follow at once, in order; empty when it is not possible."),
});

export type MigrationPreview = Frozen<Static<typeof MIGRATION_PREVIEW>>;
