import { type FieldType, formatDecimal, rescale, type Value } from "@troupe/kernel";
import type { CelType } from "../types/cel-types.ts";
import { DecimalNumber } from "./decimal-number.ts";
import { hasMicros, isInstant, microsOf, millisOf } from "./instants.ts";

const INT_MIN = -(2n ** 31n);
const INT_MAX = 2n ** 31n - 1n;

/**
 * The result of an expression as a payload carries it, for the field `target`: whole numbers fit an int as numbers and a long
 * as bigint, decimals get the field's scale. Throws when it does not fit. Without a target the type of the expression decides:
 * what it took from an int is a number again.
 */
export function valueOut(result: unknown, { target, type }: { target?: FieldType | undefined; type: CelType }): Value {
  return target === undefined ? naturalOut(result, type) : fittedOut(result, target);
}

function fittedOut(result: unknown, target: FieldType): Value {
  switch (target.kind) {
    case "nullable":
      return result === null ? null : fittedOut(result, target.of);
    case "int":
    case "time":
      return typeof result === "bigint" ? toInt(result) : plain(result);
    case "long":
      return typeof result === "number" && Number.isSafeInteger(result) ? BigInt(result) : plain(result);
    case "double":
      return typeof result === "bigint" ? Number(result) : plain(result);
    case "decimal":
      return toDecimal(result, target);
    case "timestamp":
      return isInstant(result) ? (target.unit === "micros" ? microsOf(result) : millisOf(result)) : plain(result);
    default:
      return structureOut(result, target);
  }
}

function structureOut(result: unknown, target: FieldType): Value {
  switch (target.kind) {
    case "list":
      return Array.isArray(result) ? result.map((item) => fittedOut(item, target.items)) : plain(result);
    case "map":
      return isObject(result) ? mapObject(result, (part) => fittedOut(part, target.values)) : plain(result);
    case "record": {
      const types = new Map(target.fields.map(({ name, type }) => [name, type]));
      return isObject(result) ? mapObject(result, (part, name) => partOut(part, types.get(name))) : plain(result);
    }
    case "duration":
      return isObject(result) ? mapObject(result, (part) => (typeof part === "bigint" ? Number(part) : plain(part))) : plain(result);
    default:
      return plain(result);
  }
}

const partOut = (part: unknown, type: FieldType | undefined): Value => (type === undefined ? plain(part) : fittedOut(part, type));

function toInt(value: bigint): number {
  if (value >= INT_MIN && value <= INT_MAX) return Number(value);
  throw new RangeError(`${value} does not fit an int; allowed are ${INT_MIN} to ${INT_MAX}`);
}

function toDecimal(result: unknown, { precision, scale }: { precision: number; scale: number }): Value {
  if (typeof result !== "bigint" && !(result instanceof DecimalNumber)) return plain(result);
  const { unscaled } = rescale(typeof result === "bigint" ? { unscaled: result, scale: 0 } : result.value, scale);
  const text = formatDecimal({ unscaled, scale });
  if (unscaled < 10n ** BigInt(precision) && unscaled > -(10n ** BigInt(precision))) return text;
  throw new RangeError(`${text} has more than the ${precision} digits of a decimal(${precision},${scale})`);
}

function naturalOut(result: unknown, type: CelType): Value {
  switch (type.kind) {
    case "nullable":
      return naturalOut(result, type.of);
    case "int":
      return typeof result === "bigint" && isSmall(type) ? Number(result) : plain(result);
    case "list":
    case "map":
      if (Array.isArray(result)) return result.map((item) => naturalOut(item, type.of));
      return isObject(result) ? mapObject(result, (part) => naturalOut(part, type.of)) : plain(result);
    case "record":
      if (!isObject(result)) return plain(result);
      return mapObject(result, (part, name) => naturalOut(part, type.fields.get(name)?.type ?? { kind: "any" }));
    default:
      return plain(result);
  }
}

const isSmall = ({ min, max }: { readonly min?: bigint; readonly max?: bigint }): boolean =>
  min !== undefined && max !== undefined && min >= INT_MIN && max <= INT_MAX;

/** CEL may yield values that no event can carry (durations, types, functions of maps): those are refused. */
function plain(result: unknown): Value {
  if (result === null || ["boolean", "number", "bigint", "string"].includes(typeof result)) return result as Value; // tested on this line
  if (result instanceof Uint8Array) return result;
  if (result instanceof DecimalNumber) return result.toString();
  if (isInstant(result)) return hasMicros(result) ? microsOf(result) : millisOf(result);
  if (Array.isArray(result)) return result.map(plain);
  if (isObject(result) && isPlain(result)) return mapObject(result, plain);
  throw new TypeError(`the result is no data but ${nameOf(result)}`);
}

const nameOf = (result: unknown): string =>
  typeof result === "object" && result !== null ? (result.constructor?.name ?? "an object") : typeof result;

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  const special = Array.isArray(value) || value instanceof Uint8Array || value instanceof DecimalNumber || isInstant(value);
  return typeof value === "object" && value !== null && !special;
}

function mapObject(
  value: { readonly [name: string]: unknown },
  change: (part: unknown, name: string) => Value,
): { readonly [name: string]: Value } {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part, name)]));
}
