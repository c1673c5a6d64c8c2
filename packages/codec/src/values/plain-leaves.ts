import type { Json, Value } from "@troupe/kernel";
import type { PrimitiveName } from "../schema/avro-type.ts";
import { type Leaf, plainLeaf } from "./leaf.ts";

const INT_MAX = 2 ** 31 - 1;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** Whole number of 32 bits; a bigint in range is taken too, because expressions compute with bigints. */
export function toInt(value: unknown): number | undefined {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= -INT_MAX - 1 && number <= INT_MAX ? number : undefined;
}

/** Whole number of 64 bits, exactly; a number is taken only where doubles are exact. */
export function toLong(value: unknown): bigint | undefined {
  const long = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof long === "bigint" && long >= LONG_MIN && long <= LONG_MAX ? long : undefined;
}

/** Number where a JSON reader keeps it exact, text beyond. */
export function longToJson(value: Value): Json {
  const long = value as bigint; // canonical longs are bigints
  return Number.isSafeInteger(Number(long)) ? Number(long) : long.toString();
}

export function longFromJson(json: Json): bigint | undefined {
  return typeof json === "string" && /^-?\d{1,19}$/.test(json) ? toLong(BigInt(json)) : toLong(json);
}

/** Text that UTF-8 can carry: a lone surrogate would come back as another character. */
export function toText(value: unknown): string | undefined {
  return typeof value === "string" && value.isWellFormed() ? value : undefined;
}

const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

const floating = (bits: string, round: (value: number) => number): Leaf => ({
  ...plainLeaf(`a number of ${bits} bits`, (value) => (typeof value === "number" ? round(value) : undefined)),
  toJson: (value) => (Number.isFinite(value) ? Number(value) : String(value)),
  fromJson: (json) =>
    typeof json === "number" ? round(json) : typeof json === "string" && NOT_FINITE.includes(json) ? Number(json) : undefined,
});

export const long: Leaf = {
  allowed: "a whole number of 64 bits (a bigint; in JSON a number, or text beyond 2^53)",
  accept: toLong,
  lower: (value) => value,
  raise: (physical) => physical,
  toJson: longToJson,
  fromJson: longFromJson,
};

/** Raw bytes; base64 in JSON. `size`: of an Avro fixed. */
export function bytes(size?: number): Leaf {
  const fits = (value: Uint8Array) => size === undefined || value.length === size;
  return {
    allowed: size === undefined ? "bytes (base64 in JSON)" : `${size} bytes (base64 in JSON)`,
    accept: (value) => (value instanceof Uint8Array && fits(value) ? value : undefined),
    lower: (value) => toBuffer(value),
    raise: (physical) => Uint8Array.from(toBuffer(physical)), // avsc hands out a view of the record
    toJson: (value) => toBuffer(value).toString("base64"),
    fromJson: (json) => {
      if (typeof json !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(json)) return undefined;
      const read = Uint8Array.from(Buffer.from(json, "base64"));
      return fits(read) ? read : undefined;
    },
  };
}

/** avsc takes Buffers only. No copy. */
export function toBuffer(value: Value): Buffer {
  const array = value as Uint8Array; // checked by `accept`, or made by avsc
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

export function symbols(allowed: readonly string[]): Leaf {
  const known = new Set(allowed);
  return plainLeaf(`one of ${allowed.join(", ")}`, (value) => (typeof value === "string" && known.has(value) ? value : undefined));
}

export const PLAIN: { readonly [name in PrimitiveName]: Leaf } = {
  null: plainLeaf("null", (value) => (value === null ? null : undefined)),
  boolean: plainLeaf("true or false", (value) => (typeof value === "boolean" ? value : undefined)),
  int: plainLeaf("a whole number of 32 bits", toInt),
  long,
  float: floating("32", Math.fround),
  double: floating("64", (value) => value),
  bytes: bytes(),
  string: plainLeaf("text of well-formed Unicode", toText),
};
