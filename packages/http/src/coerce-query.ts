import type { JsonSchema } from "@troupe/kernel";

const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Query values arrive as text; those whose schema asks for a number or a boolean become one where the text is one.
 * Everything else stays as it came, for the schema to refuse. Bodies are never coerced: JSON has types.
 */
export function coerceQuery(schema: JsonSchema | undefined, query: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  const properties: { readonly [name: string]: JsonSchema } = Object(schema?.["properties"] ?? {});
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, coerced(properties[name]?.["type"], value)]));
}

function coerced(type: unknown, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if ((type === "integer" || type === "number") && NUMBER.test(value)) return Number(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}
