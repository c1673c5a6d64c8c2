import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate, fieldType } from "./typed.ts";

const INT = fieldType("small");
const LONG = fieldType("large");
const AMOUNT = fieldType("amount");

test("an Avro int and an Avro long are both whole numbers of CEL, so `start.small + 1` can be computed", () => {
  assert.equal(evaluate("start.small + 1", { small: 41 }, INT), 42);
  assert.equal(evaluate("start.large + start.small", { small: 1, large: 2n ** 60n }, LONG), 2n ** 60n + 1n);
  assert.equal(evaluate("start.small / 2", { small: 7 }, INT), 3);
});

test("a whole number comes back as the field wants it: a number for an int, a bigint for a long", () => {
  assert.equal(evaluate("start.small", { small: 7 }, INT), 7);
  assert.equal(evaluate("start.small", { small: 7 }, LONG), 7n);
  assert.equal(evaluate("3", {}, INT), 3);
  assert.equal(evaluate("3", {}, LONG), 3n);
  assert.equal(evaluate("3", {}, fieldType("real")), 3);
});

test("without a field the type of the expression decides: an int stays a number, a long a bigint", () => {
  assert.equal(evaluate("start.small", { small: 7 }), 7);
  assert.equal(evaluate("start.large", { large: 7n }), 7n);
});

test("what does not fit an int when it runs fails instead of being cut", () => {
  assert.throws(() => evaluate("start.small * 2", { small: 2_000_000_000 }, INT), /4000000000 does not fit an int; allowed are/);
});

test("decimals are compared exactly, with each other, with decimal(...) and with whole numbers", () => {
  const start = { amount: "100.0000", price: "99.99" };
  assert.equal(evaluate('start.amount == decimal("100.00")', start), true);
  assert.equal(evaluate("start.amount == 100", start), true);
  assert.equal(evaluate("start.amount > start.price", start), true);
  assert.equal(evaluate("100 > start.price", start), true);
  assert.equal(evaluate('start.price >= decimal("99.991")', start), false);
  assert.equal(evaluate('decimal("0.1") + decimal("0.2") == decimal("0.3")', {}), true);
  assert.equal(evaluate('start.price in [decimal(1), decimal("99.990")]', start), true);
});

test("sums and products of decimals are exact and get the scale of the field", () => {
  assert.equal(evaluate("start.price * 3 + 1", { price: "0.10" }, AMOUNT), "1.3000");
  assert.equal(evaluate('start.price - decimal("0.01")', { price: "0.00" }, AMOUNT), "-0.0100");
  assert.throws(() => evaluate("start.amount * start.amount", { amount: "0.0001" }, AMOUNT), /more than the 4 digits/);
  assert.throws(() => evaluate("start.price * 1000000000", { price: "12345678.00" }, fieldType("price")), /more than the 10 digits/);
});

test("a timestamp is an instant in CEL and goes out as milliseconds, or as microseconds where the field has them", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  assert.equal(evaluate('start.at + duration("1h")', { at }, fieldType("at")), at + 3_600_000);
  assert.equal(evaluate('start.at < timestamp("2026-01-03T00:00:00Z")', { at }), true);
  assert.equal(evaluate("start.at", { at }, fieldType("exactly")), BigInt(at) * 1000n);
  assert.equal(evaluate("start.exactly", { exactly: 1_767_323_045_678_901n }, fieldType("exactly")), 1_767_323_045_678_901n);
  assert.equal(evaluate("string(start.at)", { at }), "2026-01-02T03:04:05.678Z");
});

test("enums, uuids and dates are text", () => {
  assert.equal(evaluate('start.colour == "GREEN"', { colour: "GREEN" }), true);
  assert.equal(evaluate('start.day < "2024-03-01"', { day: "2024-02-29" }), true);
  assert.equal(
    evaluate("start.id", { id: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f" }, fieldType("id")),
    "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
  );
});

test("elements of lists and parts of nested records have their types too", () => {
  assert.equal(evaluate('start.words.exists(word, word == "b")', { words: ["a", "b"] }), true);
  assert.deepEqual(
    evaluate("start.tree.children.map(child, child.label)", { tree: { label: "a", children: [{ label: "b", children: [] }] } }),
    ["b"],
  );
  assert.equal(evaluate('start.counts["one"] + 1', { counts: { one: 1n } }, LONG), 2n);
  assert.equal(evaluate("start.span.days * 2", { span: { months: 0, days: 3, millis: 0 } }, INT), 6);
});

test("has() is whether a value is there: false for null, for a missing field, and behind a step without a result", () => {
  assert.equal(evaluate("has(start.maybeLong)", { maybeLong: null }), false);
  assert.equal(evaluate("has(start.maybeLong)", {}), false);
  assert.equal(evaluate("has(start.maybeLong)", { maybeLong: 3n }), true);
  assert.equal(evaluate("has(steps.unsure.tree.label)", {}), false);
  assert.equal(evaluate("has(start.maybeLong) && start.maybeLong > 2", { maybeLong: 3n }), true);
  assert.equal(evaluate("start.maybeAmount == null ? decimal(0) : start.maybeAmount", { maybeAmount: null }, AMOUNT), "0.0000");
});

test("a value that is missing although it must be there fails and is never false or null", () => {
  assert.throws(() => evaluate("start.small + 1", {}), /No such key: small/);
  assert.throws(() => evaluate("start.flag", {}), /No such key: flag/);
});

test("what no event can carry is refused as a result", () => {
  assert.throws(() => evaluate('duration("1h")', {}), /the result is no data but Duration/);
});
