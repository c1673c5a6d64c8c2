import { formatDecimal, type Value } from "@troupe/kernel";
import fc from "fast-check";
import { type AvroType, branchName, type FixedType, type Logical, type PrimitiveType } from "../../src/schema/avro-type.ts";

/** Canonical values of a schema. Negative zero is left out: JSON text has none. */
export function arbitraryOf(type: AvroType, depth = 0): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "primitive":
      return type.logical === undefined ? PLAIN[type.name] : logical(type, type.logical);
    case "fixed":
      return type.logical === undefined
        ? fc.uint8Array({ minLength: type.size, maxLength: type.size }).map(plainBytes)
        : logical(type, type.logical);
    case "enum":
      return fc.constantFrom(...type.symbols);
    case "array":
      return fc.array(depth > 3 ? fc.constant(null).filter(() => false) : lazily(type.items, depth), { maxLength: depth > 3 ? 0 : 3 });
    case "map":
      return fc.dictionary(
        fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__"),
        arbitraryOf(type.values, depth + 1),
        { maxKeys: 3, noNullPrototype: true },
      );
    case "union":
      return fc.oneof(
        ...type.branches.map((branch) => {
          const inner = arbitraryOf(branch, depth + 1);
          return type.tagged && branchName(branch) !== "null" ? inner.map((value): Value => ({ [branchName(branch)]: value })) : inner;
        }),
      );
    case "record":
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.name, arbitraryOf(field.type, depth + 1)])), {
        noNullPrototype: true,
      });
  }
}

/** Recursive types end because deep lists are empty. */
function lazily(type: AvroType, depth: number): fc.Arbitrary<Value> {
  return fc.constant(null).chain(() => arbitraryOf(type, depth + 2));
}

const plainBytes = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
const text = fc.string({ unit: "grapheme" });
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const PLAIN: { readonly [name in PrimitiveType["name"]]: fc.Arbitrary<Value> } = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.oneof(long, fc.maxSafeInteger().map(BigInt)),
  float: fc.float().filter((value) => !Object.is(value, -0)),
  double: fc.double().filter((value) => !Object.is(value, -0)),
  bytes: fc.uint8Array({ maxLength: 40 }).map(plainBytes),
  string: text,
};

function logical(type: PrimitiveType | FixedType, kind: Logical): fc.Arbitrary<Value> {
  const count = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  switch (kind.name) {
    case "decimal": {
      const limit = 10n ** BigInt(kind.precision) - 1n;
      const room = type.kind === "fixed" ? 2n ** BigInt(type.size * 8 - 1) - 1n : limit;
      const max = limit < room ? limit : room;
      return fc.bigInt({ min: -max, max }).map((unscaled) => formatDecimal({ unscaled, scale: kind.scale }));
    }
    case "uuid":
      return fc.uuid();
    case "date":
      return fc
        .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10));
    case "time-millis":
      return fc.integer({ min: 0, max: 86_399_999 });
    case "timestamp-millis":
      return fc.maxSafeInteger();
    case "timestamp-micros":
      return long;
    case "duration":
      return fc.record({ months: count, days: count, millis: count }, { noNullPrototype: true });
  }
}
