import type { Json, Payload, Value } from "./json.ts";

const LONG = "$long";
const BYTES = "$bytes";

/**
 * A payload as JSON that gives the same payload back: bigint as `{"$long":"…"}`, bytes as `{"$bytes":"hex"}`.
 * Documents and histories hold payloads in this form.
 */
export function toTaggedJson(value: Value): Json {
  if (typeof value === "bigint") return { [LONG]: value.toString() };
  if (value instanceof Uint8Array) return { [BYTES]: Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  if (Array.isArray(value)) return value.map(toTaggedJson);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value as Payload).map(([name, member]) => [name, toTaggedJson(member)])); // arrays and bytes are gone
  }
  return value as null | boolean | number | string; // what remains of Value
}

/** Inverse of toTaggedJson. */
export function fromTaggedJson(json: Json): Value {
  if (Array.isArray(json)) return json.map(fromTaggedJson);
  if (json === null || typeof json !== "object") return json;
  const members = Object.entries(json as { readonly [name: string]: Json }); // arrays are gone
  const only = members.length === 1 ? members[0] : undefined;
  if (only?.[0] === LONG) return BigInt(String(only[1]));
  if (only?.[0] === BYTES) return bytesFromHex(String(only[1]));
  return Object.fromEntries(members.map(([name, member]) => [name, fromTaggedJson(member)]));
}

function bytesFromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}
