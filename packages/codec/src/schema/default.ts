import type { Json, Value } from "@troupe/kernel";
import { type AvroType, branchName, type PrimitiveName, typeText } from "./avro-type.ts";
import { SchemaFault } from "./parse-fault.ts";

/**
 * A default from Avro's JSON form (bytes as ISO-8859-1 text, logical types as their carriers, a union as its first branch)
 * in the physical form that avsc takes. Throws SchemaFault when it does not fit its type.
 */
export function physicalDefault(type: AvroType, json: Json): Value {
  const fits = physical(type, json);
  if (fits === undefined) throw new SchemaFault(`the default ${JSON.stringify(json)} does not fit ${typeText(type)}`);
  return fits;
}

function physical(type: AvroType, json: Json): Value | undefined {
  switch (type.kind) {
    case "union": {
      const first = type.branches[0];
      if (first === undefined) return undefined;
      const inner = physicalDefault(first, json);
      return inner === null ? null : { [branchName(first)]: inner };
    }
    case "array":
      return Array.isArray(json) ? json.map((item: Json) => physicalDefault(type.items, item)) : undefined;
    case "map":
      return isObject(json) ? mapValues(json, (value) => physicalDefault(type.values, value)) : undefined;
    case "record": {
      if (!isObject(json)) return undefined;
      const entries = type.fields.map(({ name, type: inner, default: own }) => {
        const value = json[name] ?? own;
        if (value === undefined) throw new SchemaFault(`the default ${JSON.stringify(json)} lacks field \`${name}\``);
        return [name, physicalDefault(inner, value)] as const;
      });
      return Object.fromEntries(entries);
    }
    case "enum":
      return typeof json === "string" && type.symbols.includes(json) ? json : undefined;
    case "fixed":
      return typeof json === "string" && json.length === type.size ? Buffer.from(json, "latin1") : undefined;
    case "primitive":
      return PRIMITIVE[type.name](json);
  }
}

const inRange = (json: Json, bits: number): boolean => Number.isInteger(json) && Math.abs(Number(json)) <= 2 ** (bits - 1);
const PRIMITIVE: { readonly [name in PrimitiveName]: (json: Json) => Value | undefined } = {
  null: (json) => (json === null ? null : undefined),
  boolean: (json) => (typeof json === "boolean" ? json : undefined),
  int: (json) => (inRange(json, 32) ? json : undefined),
  long: (json) => (inRange(json, 64) ? BigInt(Number(json)) : undefined),
  float: (json) => (typeof json === "number" ? json : undefined),
  double: (json) => (typeof json === "number" ? json : undefined),
  bytes: (json) => (typeof json === "string" ? Buffer.from(json, "latin1") : undefined),
  string: (json) => (typeof json === "string" ? json : undefined),
};

const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);
const mapValues = (json: { readonly [key: string]: Json }, map: (value: Json) => Value): { readonly [key: string]: Value } =>
  Object.fromEntries(Object.entries(json).map(([key, value]) => [key, map(value)]));
