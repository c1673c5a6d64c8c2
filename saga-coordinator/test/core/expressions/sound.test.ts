import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldType, Value } from "@troupe/kernel";
import fc from "fast-check";
import { EVERY_TYPE, soundly } from "./typed.ts";

/** A value of a field's type as the codec gives it. */
function anyOf(type: FieldType, depth = 2): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "nullable":
      return fc.option(anyOf(type.of, depth), { nil: null });
    case "boolean":
      return fc.boolean();
    case "int":
    case "time":
      return fc.integer({ min: type.kind === "time" ? 0 : -1000, max: 1000 });
    case "long":
      return fc.bigInt({ min: -1000n, max: 2n ** 55n });
    case "double":
      return fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    case "decimal":
      return fc.integer({ min: -99, max: 99 }).map((whole) => `${whole}.${"5".padEnd(type.scale, "0")}`);
    case "timestamp":
      return type.unit === "millis" ? fc.integer({ min: 0, max: 2e12 }) : fc.bigInt({ min: 0n, max: 2n ** 50n });
    case "enum":
      return fc.constantFrom(...type.symbols);
    case "bytes":
      return fc.uint8Array({ maxLength: 4 });
    case "list":
      return depth === 0 ? fc.constant([]) : fc.array(anyOf(type.items, depth - 1), { maxLength: 3 });
    case "map":
      return fc.dictionary(fc.constantFrom("one", "two"), anyOf(type.values, depth - 1), { maxKeys: 2 });
    case "record":
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.name, anyOf(field.type, depth)])));
    case "duration":
      return fc.record({ months: fc.nat(9), days: fc.nat(9), millis: fc.nat(9) });
    case "union":
      return type.tagged ? fc.constant({}) : fc.oneof(...type.branches.map((branch) => anyOf(branch.type, depth)));
    case "null":
      return fc.constant(null);
    default:
      return fc.constantFrom("", "a", "2024-02-29");
  }
}

const PAYLOAD = fc.record(Object.fromEntries(EVERY_TYPE.types.map(({ name, type }) => [name, anyOf(type)])));
/** Unions whose values say their branch. */
const NOT_LOOKED_INTO: ReadonlySet<string> = new Set(["start.shape", "start.textOrLong"]);
const FIELDS = EVERY_TYPE.types.map(({ name }) => `start.${name}`).filter((field) => !NOT_LOOKED_INTO.has(field));
const TERMS = [
  ...FIELDS,
  ...["1", "2.5", '"a"', "true", "null", 'decimal("1.50")', 'timestamp("2026-01-01T00:00:00Z")', 'duration("1h")', '"RED"'],
  ...["start.tree.label", "steps.unsure", "steps.unsure.small", "steps.sure.maybeAmount", "[1, 2]", '{"a": 1}'],
];
const OPERATORS = ["+", "-", "*", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"];

const NULLABLE = fc.constantFrom("start.maybeLong", "start.maybeAmount", "start.either", "steps.unsure.small", "steps.sure.maybeLong");

const NULL_TEST = fc.constantFrom("==", "!=");
const SIMPLE = fc.constantFrom("2", "decimal(2)", "start.small");

/** Any text of the grammar, most of it badly typed: only what the checker lets pass is run. */
const EXPRESSION = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...TERMS),
    fc.tuple(tie("expression"), fc.constantFrom(...OPERATORS), tie("expression")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(fc.constantFrom("size", "string", "int", "double", "decimal"), tie("expression")).map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(fc.constantFrom(...FIELDS, "steps.unsure.small"), tie("expression"), tie("expression"))
      .map(([f, a, b]) => `(has(${f}) && ${f} == ${f} ? ${a} : ${b})`),
    fc
      .tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...OPERATORS), tie("expression"))
      .map(([f, op, b]) => `(${f} != null && ${f} ${op} ${b})`),
    fc.tuple(NULLABLE, tie("expression"), tie("expression")).map(([f, a, b]) => `(${f} != null ? ${f} + ${a} : ${b})`),
    fc.tuple(NULLABLE, fc.constantFrom(...OPERATORS), tie("expression")).map(([f, op, a]) => `(${f} == null || ${f} ${op} ${a})`),
    fc.tuple(NULLABLE, tie("expression"), tie("expression")).map(([f, a, b]) => `(!has(${f}) ? ${a} : ${f} * ${b})`),
    fc.tuple(NULLABLE, NULL_TEST, SIMPLE).map(([f, test, s]) => `(${f} ${test} null ? ${f} * ${s} : ${s})`),
    fc.tuple(NULLABLE, NULL_TEST, SIMPLE).map(([f, test, s]) => `(${f} ${test} null ? ${s} : ${f} * ${s})`),
    tie("expression").map((a) => `!(${a})`),
    tie("expression").map((a) => `start.words.exists(word, ${a})`),
    tie("expression").map((a) => `start.tree.children.map(child, child.label + string(${a}))`),
  ),
})).expression;

/** What only values decide: digits, ranges, texts that are no number, and results that no event can carry. */
const BY_VALUE =
  /does not fit|overflow|more than the|conversion|cannot convert|is not a decimal number|the result is no data|more than the \d+ digits/;

test("an expression without a problem runs on every payload of its schema", () => {
  let ran = 0;
  fc.assert(
    fc.property(EXPRESSION, PAYLOAD, (text, start) => {
      const analysis = soundly(text);
      if (analysis === undefined) return;
      ran++;
      try {
        analysis.expression.evaluate({ saga: {}, start, steps: { sure: start, unsure: null } });
      } catch (error) {
        assert.match(error instanceof Error ? error.message : String(error), BY_VALUE, text);
      }
    }),
    { numRuns: 4000 },
  );
  assert.ok(ran > 300, `only ${ran} expressions were without a problem`);
});
