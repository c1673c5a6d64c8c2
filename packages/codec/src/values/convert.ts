import { type Json, nearest, type Value } from "@troupe/kernel";
import { type AvroType, branchName, type RecordType, typeText, type UnionType, valueClass } from "../schema/avro-type.ts";
import { physicalDefault } from "../schema/default.ts";
import type { Leaf } from "./leaf.ts";
import { leafOf } from "./leaf-of.ts";
import { shown, under, ValueFault } from "./value-fault.ts";

/**
 * The ways through a schema: `lower` value to physical, checking; `raise` physical to value; `fromJson` JSON to value, checking;
 * `readJson` the same but fields that the schema does not know are dropped, as Avro drops them; `toJson` value to JSON.
 */
export type Way = "lower" | "raise" | "fromJson" | "readJson" | "toJson";
export type Convert = (input: unknown) => Value;

/** Compiles one way through a type. The result throws ValueFault with path, found and allowed. */
export function converter(type: AvroType, way: Way): Convert {
  return new Compiler(way).compile(type);
}

const CHECKING: ReadonlySet<Way> = new Set(["lower", "fromJson", "readJson"]);

class Compiler {
  readonly #way: Way;
  readonly #records = new Map<RecordType, Convert>();

  constructor(way: Way) {
    this.#way = way;
  }

  compile(type: AvroType): Convert {
    switch (type.kind) {
      case "record":
        return this.#record(type);
      case "array":
        return this.#array(this.compile(type.items), typeText(type));
      case "map":
        return this.#map(this.compile(type.values), typeText(type));
      case "union":
        return this.#union(type);
      default:
        return leafConvert(leafOf(type), this.#way);
    }
  }

  /** Registered before its fields are compiled: a recursive type leads back to it. */
  #record(type: RecordType): Convert {
    const known = this.#records.get(type);
    if (known !== undefined) return known;
    const fields: FieldWay[] = [];
    const names = type.fields.map(({ name }) => name);
    const checking = CHECKING.has(this.#way);
    const convert: Convert = (input) => {
      const from = checking ? objectOf(input, `an object with ${names.join(", ")}`) : (input as Fields); // made by avsc or checked before
      if (checking && this.#way !== "readJson") refuseUnknown(from, names);
      const out: { [name: string]: Value } = {};
      for (const field of fields) out[field.name] = convertField(field, from);
      return out;
    };
    this.#records.set(type, convert);
    for (const field of type.fields) {
      const convertOne = this.compile(field.type);
      fields.push({ name: field.name, secret: field.pii, convert: convertOne, missing: this.#missing(field.type, field.default) });
    }
    return convert;
  }

  /** What a field that is left out becomes; undefined when it has to be there. */
  #missing(type: AvroType, json: Json | undefined): (() => Value) | undefined {
    if (json === undefined || !CHECKING.has(this.#way)) return undefined;
    if (this.#way === "lower") return () => physicalDefault(type, json);
    const raise = converter(type, "raise");
    return () => raise(physicalDefault(type, json));
  }

  #array(items: Convert, text: string): Convert {
    return (input) => {
      if (!Array.isArray(input)) throw new ValueFault({ found: shown(input), allowed: text });
      return input.map((item, at) => {
        try {
          return items(item);
        } catch (error) {
          throw under(`[${at}]`, error);
        }
      });
    };
  }

  #map(values: Convert, text: string): Convert {
    return (input) => {
      const out: { [key: string]: Value } = {};
      for (const [key, value] of Object.entries(objectOf(input, text))) {
        // assigning to __proto__ would lose the entry, here and in avsc
        if (key === "__proto__") throw new ValueFault({ found: "an entry named __proto__", allowed: text });
        try {
          out[key] = values(value);
        } catch (error) {
          throw under(`["${key}"]`, error);
        }
      }
      return out;
    };
  }

  #union(type: UnionType): Convert {
    const branches = type.branches.map((branch) => ({
      name: branchName(branch),
      class: valueClass(branch),
      convert: this.compile(branch),
    }));
    const { tagged } = type;
    const way = this.#way;
    const nullable = branches.some((branch) => branch.class === "null");
    const others = branches.filter((branch) => branch.class !== "null");
    const only = others.length === 1 ? others[0] : undefined;
    const allowed = typeText(type);
    return (input) => {
      if (input === null && nullable) return null;
      const wrapped = way === "raise" || tagged;
      const branch = wrapped ? byTag(others, input) : (only ?? others.find((candidate) => candidate.class === classOf(input)));
      if (branch === undefined || input === undefined || input === null) {
        const tags = tagged ? ` as an object with one of ${others.map(({ name }) => name).join(", ")}` : "";
        throw new ValueFault({ found: shown(input), allowed: allowed + tags });
      }
      const inner = branch.convert(wrapped ? (input as Fields)[branch.name] : input); // byTag saw that it is an object
      return way === "lower" || tagged ? { [branch.name]: inner } : inner;
    };
  }
}

type Fields = { readonly [name: string]: unknown };
type FieldWay = {
  readonly name: string;
  readonly secret: boolean;
  readonly convert: Convert;
  readonly missing: (() => Value) | undefined;
};

function convertField(field: FieldWay, from: Fields): Value {
  const value = Object.hasOwn(from, field.name) ? from[field.name] : undefined;
  if (value === undefined && field.missing !== undefined) return field.missing();
  try {
    return field.convert(value);
  } catch (error) {
    throw under(field.name, error, field.secret);
  }
}

function leafConvert(leaf: Leaf, way: Way): Convert {
  const convert = WAYS[way];
  return (input) => {
    const out = convert(leaf, input);
    if (out === undefined) throw new ValueFault({ found: shown(input), allowed: leaf.allowed });
    return out;
  };
}

/** `raise` and `toJson` get what was read or checked before, so their casts hold. */
const WAYS: { readonly [way in Way]: (leaf: Leaf, input: unknown) => Value | undefined } = {
  lower: (leaf, input) => {
    const value = leaf.accept(input);
    return value === undefined ? undefined : leaf.lower(value);
  },
  raise: (leaf, input) => leaf.raise(input as Value),
  fromJson: (leaf, input) => readJson(leaf, input),
  readJson: (leaf, input) => readJson(leaf, input),
  toJson: (leaf, input) => leaf.toJson(input as Value),
};

function readJson(leaf: Leaf, input: unknown): Value | undefined {
  return input === undefined ? undefined : leaf.fromJson(input as Json); // JSON.parse gave it
}

function objectOf(input: unknown, allowed: string): Fields {
  if (typeof input === "object" && input !== null && !Array.isArray(input) && !(input instanceof Uint8Array)) return input as Fields; // just seen
  throw new ValueFault({ found: shown(input), allowed });
}

function refuseUnknown(from: Fields, names: readonly string[]): void {
  for (const name in from) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const allowed = names.length === 0 ? "none" : names.join(", ");
    throw new ValueFault({
      kind: "field-unknown",
      found: name,
      allowed: near === undefined ? allowed : `${allowed} (did you mean ${near}?)`,
      path: name,
    });
  }
}

function byTag<Branch extends { readonly name: string }>(branches: readonly Branch[], input: unknown): Branch | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const keys = Object.keys(input);
  return keys.length === 1 ? branches.find(({ name }) => name === keys[0]) : undefined;
}

function classOf(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "list";
  if (input instanceof Uint8Array) return "text";
  const kind = typeof input;
  return kind === "string" ? "text" : kind === "bigint" ? "number" : kind;
}
