import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldType, Value } from "@troupe/kernel";
import { analyse, evaluate, fieldType } from "../expressions/typed.ts";

/** `saga` has no schema here, so what it holds is taken as it comes. */
const ofUntyped = (value: unknown, target?: FieldType): Value =>
  analyse("saga.x", target).expression.evaluate({ saga: { x: value }, start: {}, steps: {} });

const MAYBE_LONG = fieldType("maybeLong");
const PRICE = fieldType("price");

test("null goes into a nullable field as null, and a value as the field wants it", () => {
  assert.equal(evaluate("null", {}, MAYBE_LONG), null);
  assert.equal(evaluate("start.maybeLong", { maybeLong: 3n }, MAYBE_LONG), 3n);
  assert.equal(evaluate("start.small", { small: 3 }, MAYBE_LONG), 3n);
  assert.equal(evaluate('decimal("1")', {}, fieldType("maybeAmount")), "1.00");
});

test("a value of no known type is fitted where it can be, and left as it is where it can't", () => {
  assert.equal(ofUntyped(3, fieldType("large")), 3n);
  assert.equal(ofUntyped(2.5, fieldType("large")), 2.5);
  assert.equal(ofUntyped("x", fieldType("large")), "x");
  assert.equal(ofUntyped(3, fieldType("small")), 3);
  assert.equal(ofUntyped("x", fieldType("real")), "x");
  assert.equal(ofUntyped("12.5", fieldType("amount")), "12.5");
  assert.equal(ofUntyped("now", fieldType("at")), "now");
  assert.equal(ofUntyped("x", fieldType("words")), "x");
  assert.equal(ofUntyped("x", fieldType("counts")), "x");
  assert.equal(ofUntyped("x", fieldType("tree")), "x");
  assert.equal(ofUntyped("x", fieldType("span")), "x");
  assert.deepEqual(ofUntyped({ label: "a", other: [1, null, true] }, fieldType("tree")), { label: "a", other: [1, null, true] });
  assert.deepEqual(ofUntyped([{ a: "b" }]), [{ a: "b" }]);
});

test("what is written as a list, map, record or duration goes out as its field's parts want it", () => {
  assert.deepEqual(evaluate('["a", start.text]', { text: "b" }, fieldType("words")), ["a", "b"]);
  assert.deepEqual(evaluate('{"a": 1, "b": start.small}', { small: 2 }, fieldType("counts")), { a: 1n, b: 2n });
  assert.deepEqual(evaluate('{"label": start.text, "children": []}', { text: "x" }, fieldType("tree")), { label: "x", children: [] });
  assert.deepEqual(evaluate('{"months": 0, "days": start.small, "millis": 5}', { small: 2 }, fieldType("span")), {
    months: 0,
    days: 2,
    millis: 5,
  });
});

test("a decimal field takes as many digits as it says, and one more is refused", () => {
  assert.equal(evaluate("12", {}, PRICE), "12.00");
  assert.equal(evaluate('decimal("99999999.99")', {}, PRICE), "99999999.99");
  assert.equal(evaluate('0 - decimal("99999999.99")', {}, PRICE), "-99999999.99");
  assert.throws(() => evaluate("100000000", {}, PRICE), /100000000\.00 has more than the 10 digits of a decimal\(10,2\)/);
  assert.throws(() => evaluate("0 - 100000000", {}, PRICE), /-100000000\.00 has more than the 10 digits/);
});

test("an int field takes its whole range, and one more is refused", () => {
  const INT = fieldType("small");
  assert.equal(evaluate("start.large", { large: 2_147_483_647n }, INT), 2_147_483_647);
  assert.equal(evaluate("start.large", { large: -2_147_483_648n }, INT), -2_147_483_648);
  assert.throws(() => evaluate("start.large", { large: 2_147_483_648n }, INT), /does not fit an int/);
  assert.throws(() => evaluate("start.large", { large: -2_147_483_649n }, INT), /does not fit an int/);
});

test("without a field, parts of lists, maps and records are what they were in the event", () => {
  assert.deepEqual(evaluate("[start.small, start.small]", { small: 7 }), [7, 7]);
  assert.deepEqual(evaluate('{"a": start.small, "b": start.large}', { small: 7, large: 8n }), { a: 7, b: 8n });
  assert.deepEqual(evaluate("start.counts", { counts: { a: 1n } }), { a: 1n });
  assert.deepEqual(evaluate("{start.text: start.small}", { text: "k", small: 7 }), { k: 7 });
  assert.deepEqual(evaluate("start.tree", { tree: { label: "a", children: [{ label: "b", children: [] }] } }), {
    label: "a",
    children: [{ label: "b", children: [] }],
  });
  assert.equal(evaluate("start.maybeLong", { maybeLong: null }), null);
  assert.equal(evaluate("start.maybeLong", { maybeLong: 3n }), 3n);
  assert.equal(evaluate("start.flag ? start.small : null", { flag: true, small: 7 }), 7);
  assert.equal(evaluate("start.amount", { amount: "1.5000" }), "1.5000");
  assert.deepEqual(evaluate("start.raw", { raw: new Uint8Array([1, 2]) }), new Uint8Array([1, 2]));
  assert.equal(evaluate("start.small + 1", { small: 7 }), 8n);
});

test("an instant keeps its microseconds only when it has some", () => {
  assert.equal(evaluate("start.at", { at: 1_000 }), 1_000);
  assert.equal(evaluate("start.exactly", { exactly: 1_000_001n }), 1_000_001n);
  assert.equal(evaluate("start.exactly", { exactly: 1_000_001n }, fieldType("at")), 1_000);
});

test("a value that is not what its schema says stays as it is, so that nothing is made up", () => {
  assert.equal(evaluate("start.amount", { amount: 5 }), 5);
  assert.equal(evaluate("start.amount", { amount: "five" }), "five");
  assert.equal(evaluate("start.at", { at: "now" }), "now");
  assert.equal(evaluate("start.small", { small: 1.5 }), 1.5);
  assert.equal(evaluate("start.words", { words: "none" }), "none");
  assert.equal(evaluate("start.counts", { counts: "none" }), "none");
  assert.equal(evaluate("start.tree", { tree: "none" }), "none");
  assert.equal(evaluate("start.tree.children", { tree: { children: "none" } }), "none");
});

test("a part that is read by a computed name is converted as well", () => {
  assert.equal(evaluate("start.counts[start.text] + 1", { counts: { a: 1n }, text: "a" }, fieldType("large")), 2n);
  assert.equal(evaluate('start.counts["a"] + start.counts["b"]', { counts: { a: 1n, b: 2n } }, fieldType("large")), 3n);
});

test("decimals are ordered exactly in both directions", () => {
  const start = { price: "1.50", amount: "1.5000" };
  for (const [text, holds] of [
    ["start.price < start.amount", false],
    ["start.price <= start.amount", true],
    ["start.price > start.amount", false],
    ["start.price >= start.amount", true],
    ["start.price < 2", true],
    ["start.price <= 1", false],
    ["2 < start.price", false],
    ["1 <= start.price", true],
    ["2 > start.price", true],
    ["2 >= start.price", true],
    ["1 - start.price == decimal('-0.5')", true],
    ["decimal(start.price) == start.amount", true],
    ["string(start.price) == '1.50'", true],
  ] as const)
    assert.equal(evaluate(text, start), holds, text);
});

test("several has() in one text are each about their own path", () => {
  const text = "has(start.maybeLong) && !has(start.maybeAmount) && has(start.text)";
  assert.equal(evaluate(text, { maybeLong: 1n, maybeAmount: null, text: "" }), true);
  assert.equal(evaluate(text, { maybeLong: 1n, maybeAmount: "1.00", text: "" }), false);
});
