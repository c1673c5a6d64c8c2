import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Payload } from "@troupe/kernel";
import fc from "fast-check";
import { loadSchemas } from "../src/index.ts";
import { fromTwosComplement, toTwosComplement } from "../src/values/twos-complement.ts";
import { arbitraryOf } from "./support/arbitrary.ts";
import { asRead, bench, envelope, factOf, LAB, SHOP } from "./support/parts.ts";

for (const directory of [SHOP, LAB]) {
  const { events } = loadSchemas(directory);
  const { codec } = await bench(directory);
  describe(`every payload comes back as it went (${events.length} events)`, () => {
    for (const { name, type, keyField, correlateField = keyField } of events) {
      const isNamed = (payload: Payload): boolean => payload[keyField] !== "" && payload[correlateField] !== "";
      const payloads = (arbitraryOf(type) as fc.Arbitrary<Payload>).filter(isNamed); // records are payloads
      it(`${name} on the wire`, () => {
        fc.assert(
          fc.property(payloads, (payload) => {
            const record = asRead(codec.encode({ envelope: envelope(name), payload }));
            assert.deepEqual(factOf(codec.decode(record, new Set([name]))).payload, payload);
          }),
          { numRuns: directory === LAB ? 300 : 40 },
        );
      });
      it(`${name} as JSON text`, () => {
        fc.assert(
          fc.property(payloads, (payload) => {
            assert.deepEqual(codec.fromJson(name, JSON.parse(JSON.stringify(codec.toJson(name, payload)))), payload);
          }),
          { numRuns: directory === LAB ? 300 : 20 },
        );
      });
    }
  });
}

describe("two's complement", () => {
  it("comes back, in the fewest bytes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n }), (value) => {
        const bytes = toTwosComplement(value);
        assert.equal(fromTwosComplement(bytes), value);
        if (bytes.length > 1) assert.notEqual(BigInt.asIntN((bytes.length - 1) * 8, value), value, "one byte less would have done");
      }),
    );
  });
  it("of nothing is zero, as Java reads it", () => assert.equal(fromTwosComplement(Buffer.alloc(0)), 0n));
  it("is sign-extended in a fixed", () => assert.equal(toTwosComplement(-2n, 4).toString("hex"), "fffffffe"));
});
