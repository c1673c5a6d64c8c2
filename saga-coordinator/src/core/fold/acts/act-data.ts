import type { Json, JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "../../compile/compiled.ts";

/** What an operator asked for, as the history keeps it. */
export type Asked = {
  readonly by: string | undefined;
  readonly role: string | undefined;
  readonly reason: string | undefined;
  readonly step: string | undefined;
  /** Key of one element of a fan-out. */
  readonly element: string | undefined;
  /** Short name of the event that it stands for. */
  readonly event: string | undefined;
  /** Tagged JSON. */
  readonly payload: JsonObject | undefined;
};

/** The data of an act's entry. */
export function askedOf(data: JsonObject = {}): Asked {
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === "string" ? value : undefined;
  };
  const { payload } = data;
  return {
    by: text("by"),
    role: text("role"),
    reason: text("reason"),
    step: text("step"),
    element: text("element"),
    event: text("event"),
    payload: isMap(payload) ? payload : undefined,
  };
}

/**
 * The same data without the fields that the definition never reads, as with an event. Of a sub-saga's step the whole
 * payload is its result; a plan of another act is kept as it is.
 */
export function withoutUnread(definition: CompiledDefinition, act: string, data: JsonObject): JsonObject {
  const { payload: written, ...rest } = data;
  if (!isMap(written)) return data;
  const reads = readBy(definition, act, askedOf(data));
  if (reads === "all") return data;
  const payload = Object.fromEntries(Object.entries(written).filter(([field]) => reads.has(field)));
  return Object.keys(payload).length === 0 ? rest : { ...rest, payload };
}

function readBy(definition: CompiledDefinition, act: string, { event, step }: Asked): ReadonlySet<string> | "all" {
  const read = (events: readonly string[]): ReadonlySet<string> | "all" => {
    const sets = events.map((name) => definition.reads.get(name) ?? new Set<string>());
    return sets.includes("all") ? "all" : new Set(sets.flatMap((set) => (set === "all" ? [] : [...set])));
  };
  switch (act) {
    case "signal":
      return read([event ?? ""]);
    case "settle-as-done":
      return definition.stepByName.get(step ?? "")?.child === undefined ? read(doneEvents(definition, step)) : "all";
    case "edit-data":
      if (step === undefined) return read(startEvents(definition));
      return definition.stepByName.get(step)?.child === undefined ? read(doneEvents(definition, step)) : "all";
    default:
      return "all";
  }
}

/** Events that start the saga. */
export function startEvents({ roles }: CompiledDefinition): readonly string[] {
  return [...roles].filter(([, meanings]) => meanings.some(({ kind }) => kind === "start")).map(([event]) => event);
}

/** Events that a step is done by; none for a wait. */
export function doneEvents({ roles }: CompiledDefinition, step: string | undefined): readonly string[] {
  return [...roles].filter(([, meanings]) => meanings.some((role) => role.kind === "done" && role.step === step)).map(([event]) => event);
}

const isMap = (json: Json | undefined): json is JsonObject => typeof json === "object" && json !== null && !Array.isArray(json);
