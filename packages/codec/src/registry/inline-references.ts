import type { Json, JsonObject } from "@troupe/kernel";

/** Definitions of other subjects that a schema names. */
export type Definitions = ReadonlyMap<string, JsonObject>;

/**
 * A schema with the types of its references written in where each is named first, so that one text says everything.
 * `definitions`: by full name; each may name others of them.
 */
export function inlineReferences(schema: Json, definitions: Definitions): Json {
  return walk(schema, { definitions, written: new Set(), namespace: "" });
}

type Walk = { readonly definitions: Definitions; readonly written: Set<string>; readonly namespace: string };

function walk(type: Json, state: Walk): Json {
  if (typeof type === "string") return named(type, state);
  if (Array.isArray(type)) return type.map((branch: Json) => walk(branch, state));
  if (type === null || typeof type !== "object") return type;
  const schema = type as JsonObject; // lists are gone
  const inside = { ...state, namespace: namespaceOf(schema, state.namespace) };
  const out: { [attribute: string]: Json } = { ...schema };
  for (const part of ["items", "values"] as const) {
    const inner = schema[part];
    if (inner !== undefined) out[part] = walk(inner, inside);
  }
  const fields = schema["fields"];
  if (Array.isArray(fields)) out["fields"] = fields.map((field: JsonObject) => ({ ...field, type: walk(field["type"] ?? "null", inside) }));
  return out;
}

function named(name: string, state: Walk): Json {
  const full = name.includes(".") || state.namespace === "" ? name : `${state.namespace}.${name}`;
  const found = [full, name].find((candidate) => state.definitions.has(candidate));
  const definition = found === undefined ? undefined : state.definitions.get(found);
  if (found === undefined || definition === undefined) return name;
  if (state.written.has(found)) return found;
  state.written.add(found);
  // its own namespace, stated: without it the surrounding record's would count
  return walk({ ...definition, namespace: namespaceOf(definition, "") }, { ...state, namespace: "" });
}

function namespaceOf(schema: JsonObject, around: string): string {
  const { name, namespace } = schema;
  if (typeof name === "string" && name.includes(".")) return name.slice(0, name.lastIndexOf("."));
  return typeof namespace === "string" ? namespace : around;
}
