import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeLines, refusalOf, unitsOf } from "../src/domain/stock-rules.ts";

const lines = (...pairs: readonly (readonly [string, number])[]) => pairs.map(([sku, quantity]) => ({ sku, quantity }));

test("an ordinary order is held", () => {
  assert.equal(refusalOf(lines(["TEA-1", 1], ["CUP-7", 1000])), undefined);
});

test("a sold out article refuses the order", () => {
  assert.deepEqual(refusalOf(lines(["TEA-1", 1], ["SOLD-OUT", 1])), { sku: "SOLD-OUT", reason: "SOLD_OUT" });
});

test("an article that the house never carried refuses the order", () => {
  assert.deepEqual(refusalOf(lines(["NO-SUCH", 1])), { sku: "NO-SUCH", reason: "UNKNOWN_SKU" });
});

test("a thousand pieces of an article are held, one more is too many", () => {
  assert.equal(refusalOf(lines(["TEA-1", 1000])), undefined);
  assert.deepEqual(refusalOf(lines(["TEA-1", 1001])), { sku: "TEA-1", reason: "TOO_MANY" });
});

test("splitting an article over lines gets no more of it", () => {
  assert.deepEqual(refusalOf(lines(["TEA-1", 600], ["CUP-7", 1], ["TEA-1", 600])), { sku: "TEA-1", reason: "TOO_MANY" });
});

test("the first article that is refused is the one named", () => {
  assert.deepEqual(refusalOf(lines(["CUP-7", 2000], ["SOLD-OUT", 1])), { sku: "CUP-7", reason: "TOO_MANY" });
});

test("names that only look like the special ones are ordinary", () => {
  assert.equal(refusalOf(lines(["SOLD-OUT-2", 1], ["NOTE-1", 1], ["no-such", 1])), undefined);
});

test("a reservation has one line an article and counts all pieces", () => {
  const merged = mergeLines(lines(["TEA-1", 2], ["CUP-7", 1], ["TEA-1", 3]));
  assert.deepEqual(merged, lines(["TEA-1", 5], ["CUP-7", 1]));
  assert.equal(unitsOf(merged), 6);
});
