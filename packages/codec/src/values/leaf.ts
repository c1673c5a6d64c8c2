import type { Json, Value } from "@troupe/kernel";

/** What avsc reads and writes: Avro's own types, longs as bigint, decimals as bytes, unions wrapped. */
export type Physical = Value;

/**
 * A type without parts, in its three forms: value (what handlers see), physical (what avsc takes), JSON (what people type).
 * Each function answers undefined for what it does not take; callers make the fault.
 */
export type Leaf = {
  /** What messages say is allowed. */
  readonly allowed: string;
  /** The canonical value, e.g. `12.50` for `12.5`, when `value` is one without loss. */
  accept(value: unknown): Value | undefined;
  /** Physical form of a canonical value. */
  lower(value: Value): Physical;
  raise(physical: Physical): Value | undefined;
  toJson(value: Value): Json;
  fromJson(json: Json): Value | undefined;
};

/** A leaf whose three forms are one. */
export function plainLeaf(allowed: string, accept: (value: unknown) => Value | undefined): Leaf {
  return {
    allowed,
    accept,
    lower: (value) => value,
    raise: (physical) => physical,
    toJson: (value) => value as Json, // plain leaves are boolean, number, text
    fromJson: accept,
  };
}
