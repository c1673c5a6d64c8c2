import { TroupeError } from "@troupe/kernel";
import type { Reference } from "../references.ts";
import type { CelType, RecordType } from "../types/cel-types.ts";
import { decimalFromText } from "./decimal-number.ts";
import { instantOf } from "./instants.ts";

/** A value of a payload as CEL wants it. */
export type ValueIn = (value: unknown) => unknown;

/** What of a variable is read: the parts by name, or all of it. */
type Parts = ReadonlyMap<string, Parts> | "all";

/**
 * Turns the variables of an expression into CEL values, only the parts that it reads: whole numbers into integers,
 * decimals and timestamps into CEL's own. A value that is not what its schema says stays as it is.
 */
export function variablesIn(
  variables: ReadonlyMap<string, CelType>,
  references: readonly Reference[],
): (scope: { readonly [root: string]: unknown }) => { readonly [root: string]: unknown } {
  const ways = [...variables].flatMap(([name, type]) => {
    const parts = partsOf(references.filter(({ root }) => root === name).map(({ path }) => path));
    return parts === undefined ? [] : [[name, valueIn(type, parts)] as const];
  });
  return (scope) => {
    const out: Record<string, unknown> = {};
    for (const [name, way] of ways) if (scope[name] !== undefined) out[name] = way(scope[name]);
    return out;
  };
}

function partsOf(paths: readonly (readonly string[])[]): Parts | undefined {
  if (paths.length === 0) return undefined;
  if (paths.some((path) => path.length === 0)) return "all";
  const byName = Map.groupBy(paths, ([name = ""]) => name);
  return new Map([...byName].map(([name, of]) => [name, partsOf(of.map((path) => path.slice(1))) ?? "all"]));
}

const same: ValueIn = (value) => value;

function valueIn(type: CelType, parts: Parts): ValueIn {
  switch (type.kind) {
    case "int":
      return (value) => (typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value);
    case "decimal":
      return (value) => (typeof value === "string" ? toDecimal(value) : value);
    case "timestamp":
      return (value) => (typeof value === "number" || typeof value === "bigint" ? instantOf(value) : value);
    case "nullable": {
      const way = valueIn(type.of, parts);
      return (value) => (value === null ? null : way(value));
    }
    case "list": {
      const way = valueIn(type.of, "all");
      return way === same ? same : (value) => (Array.isArray(value) ? value.map(way) : value);
    }
    case "map":
      return mapIn(type.of, parts);
    case "record":
      return recordIn(type, parts);
    default:
      return same;
  }
}

/** Text that is no decimal is for the expression to fail on. */
function toDecimal(text: string): unknown {
  try {
    return decimalFromText(text);
  } catch (error) {
    if (error instanceof TroupeError) return text;
    throw error;
  }
}

function mapIn(of: CelType, parts: Parts): ValueIn {
  if (parts !== "all")
    return recordIn({ kind: "record", name: "", fields: new Map([...parts.keys()].map((key) => [key, { type: of }])) }, parts);
  const way = valueIn(of, "all");
  if (way === same) return same;
  return (value) => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, way(part)])) : value);
}

/** Made when first needed: a recursive record leads back to itself. */
function recordIn({ fields }: RecordType, parts: Parts): ValueIn {
  let ways: readonly (readonly [string, ValueIn])[] | undefined;
  return (value) => {
    if (!isObject(value)) return value;
    ways ??= [...fields].flatMap(([name, { type }]) => {
      const of = parts === "all" ? "all" : parts.get(name);
      return of === undefined ? [] : [[name, valueIn(type, of)] as const];
    });
    const out: Record<string, unknown> = {};
    for (const [name, way] of ways) if (Object.hasOwn(value, name)) out[name] = way(value[name]);
    return out;
  };
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
