import type { Json, JsonObject, Value } from "./json.ts";

/*
 * Payload values as JSON that loses nothing: what documents and histories hold. Plain JSON stays as it is, so a document
 * can be read by eye; only what JSON can't carry is wrapped: a long `{"$long":"9007199254740993"}`, bytes
 * `{"$bytes":"0aff"}` (hex), a double that is not finite or is -0 `{"$double":"NaN"}`. A map of the payload with a key that
 * begins with `$` is wrapped as `{"$map":{...}}`, so it can't be mistaken for one of these. Decimals, uuids and dates are
 * text already.
 */

/** JSON of a payload value, exactly reversible by `fromTaggedJson`. */
export function toTaggedJson(value: Value): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return { $long: value.toString() };
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : { $double: doubleText(value) };
  if (value instanceof Uint8Array) return { $bytes: hex(value) };
  if (isList(value)) return value.map(toTaggedJson);
  const fields = mapValues(value, toTaggedJson);
  return Object.keys(fields).some((key) => key.startsWith("$")) ? { $map: fields } : fields;
}

/** The payload value that `toTaggedJson` wrote. */
export function fromTaggedJson(json: Json): Value {
  if (json === null || typeof json !== "object") return json;
  if (isList(json)) return json.map(fromTaggedJson);
  const { $long, $bytes, $double, $map } = json;
  if (typeof $long === "string") return BigInt($long);
  if (typeof $bytes === "string") return unhex($bytes);
  if (typeof $double === "string") return Number($double);
  return mapValues(isMap($map) ? $map : json, fromTaggedJson);
}

function mapValues<From, To>(map: { readonly [key: string]: From }, change: (value: From) => To): { readonly [key: string]: To } {
  // fromEntries, not assignment: a key `__proto__` stays a key.
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, change(value)]])));
}

// Array.isArray does not narrow readonly arrays.
const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
const isMap = (json: Json | undefined): json is JsonObject => typeof json === "object" && json !== null && !isList(json);

const doubleText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
