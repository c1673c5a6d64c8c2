import type { EventDescription } from "@troupe/kernel";
import { eventOf, SAGAS, startOf } from "./cast.ts";

const ABOUT = ["Do", "Done", "Failed", "Undo", "Undone", "UndoFailed"] as const;

/** Answers and requests lie on different topics, so that their order over topics is unknowable. */
const TOPIC_OF = { Do: "work", Undo: "work", Done: "answers", Failed: "answers", Undone: "answers", UndoFailed: "answers" } as const;

type Described = { readonly name: string; readonly topic: string; readonly key?: string; readonly fields?: readonly string[] };

function describe({ name, topic, key = "orderId", fields = [] }: Described): EventDescription {
  const names = [...new Set([key, ...fields, "plan"])];
  return {
    name,
    fullName: `sim.${topic}.${name}`,
    context: topic,
    topic,
    keyField: key,
    correlateField: key === "orderId" ? key : undefined,
    fields: names,
    requiredFields: names,
    types: names.map((field) => ({ name: field, type: { kind: "text" }, required: true, default: undefined, doc: undefined })),
    piiFields: [],
  };
}

/** Contracts of everything that the simulated sagas and participants say. */
export const CAST_EVENTS: readonly EventDescription[] = SAGAS.flatMap(({ name: saga, steps }) => [
  describe({ name: startOf(saga), topic: "starts" }),
  ...steps.flatMap(({ name, aliasOf }) =>
    ABOUT.map((about) => {
      const key = about === "Done" && aliasOf !== undefined ? { key: "ref" } : {};
      const claims = about === "Done" && steps.some((step) => step.aliasOf === name) ? { fields: ["ref"] } : {};
      return describe({ name: eventOf(saga, name, about), topic: TOPIC_OF[about], ...key, ...claims });
    }),
  ),
]);
