import { formatDecimal, type Json, parseDecimal, rescale, TroupeError, type Value } from "@troupe/kernel";
import type { FixedType, Logical, PrimitiveType } from "../schema/avro-type.ts";
import { type Leaf, plainLeaf } from "./leaf.ts";
import { long, toBuffer, toInt, toLong } from "./plain-leaves.ts";
import { fromTwosComplement, toTwosComplement } from "./twos-complement.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY_MILLIS = 86_400_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** The leaf of a logical type (Avro 1.12, "Logical Types"). */
export function logicalLeaf(type: PrimitiveType | FixedType, logical: Logical): Leaf {
  switch (logical.name) {
    case "decimal":
      return decimalLeaf({ ...logical, size: type.kind === "fixed" ? type.size : undefined });
    case "duration":
      return duration;
    default:
      return SIMPLE[logical.name];
  }
}

/** Text lower-cased: some producers write upper case, and ids are compared as text. */
function toUuid(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const lower = value.toLowerCase();
  return UUID.test(lower) ? lower : undefined;
}

const uuid: Leaf = { ...plainLeaf("a UUID such as 0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f", toUuid), raise: toUuid };

/** Calendar date that exists, years 0001 to 9999. */
function toDate(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith("0000")) return undefined;
  const millis = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().slice(0, 10) === value ? value : undefined;
}

const date: Leaf = {
  ...plainLeaf("a calendar date YYYY-MM-DD", toDate),
  lower: (value) => Date.parse(`${value}T00:00:00Z`) / DAY_MILLIS,
  raise: (days) => {
    const day = new Date(Number(days) * DAY_MILLIS);
    return Number.isNaN(day.getTime()) ? undefined : toDate(day.toISOString().slice(0, 10));
  },
};

function toTimeOfDay(value: unknown): number | undefined {
  const millis = toInt(value);
  return millis !== undefined && millis >= 0 && millis < DAY_MILLIS ? millis : undefined;
}

const timeOfDay: Leaf = { ...plainLeaf("milliseconds after midnight, 0 to 86399999", toTimeOfDay), raise: toTimeOfDay };

function toMillis(value: unknown): number | undefined {
  const millis = typeof value === "bigint" ? Number(value) : value;
  return typeof millis === "number" && Number.isSafeInteger(millis) ? millis : undefined;
}

const timestampMillis: Leaf = {
  ...plainLeaf("milliseconds since 1970, a whole number (or an RFC 3339 instant in JSON)", toMillis),
  lower: (value) => BigInt(Number(value)),
  raise: toMillis,
  fromJson: (json) => (typeof json === "string" && INSTANT.test(json) ? toMillis(Date.parse(json)) : toMillis(json)),
};

const timestampMicros: Leaf = { ...long, allowed: "microseconds since 1970, a whole number of 64 bits (a bigint)" };

const SIMPLE = { uuid, date, "time-millis": timeOfDay, "timestamp-millis": timestampMillis, "timestamp-micros": timestampMicros };

/** Two's complement, big endian, shortest in bytes and sign-extended in fixed. */
function decimalLeaf(options: { readonly precision: number; readonly scale: number; readonly size: number | undefined }): Leaf {
  const { precision, scale, size } = options;
  const limit = 10n ** BigInt(precision);
  const accept = (value: unknown): Value | undefined => {
    if (typeof value !== "string") return undefined; // a number can't hold money
    const unscaled = unscaledOf(value, scale);
    if (unscaled === undefined || unscaled >= limit || unscaled <= -limit) return undefined;
    return size !== undefined && toTwosComplement(unscaled).length > size ? undefined : formatDecimal({ unscaled, scale });
  };
  return {
    ...plainLeaf(`decimal text with up to ${precision} digits, ${scale} of them after the point`, accept),
    lower: (value) => toTwosComplement(parseDecimal(String(value)).unscaled, size),
    raise: (physical) => {
      const unscaled = fromTwosComplement(toBuffer(physical));
      return unscaled >= limit || unscaled <= -limit ? undefined : formatDecimal({ unscaled, scale });
    },
  };
}

function unscaledOf(text: string, scale: number): bigint | undefined {
  try {
    return rescale(parseDecimal(text), scale).unscaled;
  } catch (error) {
    if (error instanceof TroupeError) return undefined; // malformed or inexact: the caller says what is allowed
    throw error;
  }
}

const UINT_MAX = 2 ** 32 - 1;
const PARTS = ["months", "days", "millis"] as const;

/** Three unsigned 32-bit little-endian counts: months, days, milliseconds. */
const duration: Leaf = {
  allowed: "an object of months, days and millis, each a whole number from 0 to 4294967295",
  accept: toDuration,
  lower: (value) => {
    const out = Buffer.alloc(12);
    const parts = value as { readonly [part: string]: number }; // checked by `accept`
    for (const [at, part] of PARTS.entries()) out.writeUInt32LE(parts[part] ?? 0, at * 4);
    return out;
  },
  raise: (physical) => {
    const raw = toBuffer(physical);
    return { months: raw.readUInt32LE(0), days: raw.readUInt32LE(4), millis: raw.readUInt32LE(8) };
  },
  toJson: (value) => value as Json, // three numbers
  fromJson: toDuration,
};

function toDuration(value: unknown): Value | undefined {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== PARTS.length) return undefined;
  const counts = PARTS.map((part) => toLong((value as { readonly [part: string]: unknown })[part])); // any object may be asked
  if (counts.some((count) => count === undefined || count < 0n || count > UINT_MAX)) return undefined;
  const [months, days, millis] = counts.map(Number);
  return { months: months ?? 0, days: days ?? 0, millis: millis ?? 0 };
}
