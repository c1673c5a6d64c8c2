import type { Json, JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import type { ActEntry, FactEntry } from "../state.ts";
import type { StepPlan } from "./places.ts";

/** Name of the act. */
export const MIGRATE = "migrate";

export function isMigration(entry: FactEntry): entry is ActEntry & { readonly name: typeof MIGRATE } {
  return entry.kind === "act" && entry.name === MIGRATE;
}

/** Labels and plan of a migration, as its history entry has them. */
export type AskedMigration = { readonly from: string; readonly to: string; readonly steps: StepPlan; readonly isAudited: boolean };

export function readMigration({ data = {} }: Pick<ActEntry, "data">): AskedMigration {
  const payload = objectIn(data["payload"]);
  const steps = Object.entries(objectIn(payload["steps"])).map(([step, to]) => [step, typeof to === "string" ? to : null] as const);
  const isAudited = [data["role"], data["reason"]].every((text) => typeof text === "string" && text !== "");
  return { from: String(payload["from"] ?? ""), to: String(payload["to"] ?? ""), steps: Object.fromEntries(steps), isAudited };
}

/** The act as the history keeps it: it also says which version it was that the saga ran, so that a fold can begin there. */
export function withOrigin({ label }: CompiledDefinition, data: JsonObject): JsonObject {
  return { ...data, payload: { ...objectIn(data["payload"]), from: label } };
}

function objectIn(json: Json | undefined): JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : {}; // neither null nor a list
}
