// biome-ignore-all lint/suspicious/noTemplateCurlyInString: planted sources hold templates on purpose
import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../checks/tree.ts";
import { coreFiles } from "./core-tree.ts";
import { countAt } from "./coverage-record.ts";
import { rowOf } from "./coverage-table.ts";
import { isSame, MOST, readEquivalents } from "./equivalent.ts";
import { apply, editsOf, mutantsOf } from "./mutants.ts";
import { OPERATORS } from "./operators.ts";
import { scoreOf } from "./report.ts";
import { sampleOf } from "./sample.ts";

/** What an operator makes of a text. */
const madeBy = (operator: string, code: string): readonly string[] =>
  editsOf(code)
    .filter((edit) => edit.operator === operator)
    .map((edit) => apply(code, edit));

for (const [operator, code, made] of [
  ["negate-condition", "if (a > b) c();", ["if (!(a > b)) c();"]],
  ["negate-condition", "x = a ? 1 : 2;", ["x = !(a) ? 1 : 2;"]],
  ["negate-condition", "if (a === b) c();", []],
  ["negate-condition", "if (!a) c();", []],
  ["move-boundary", "x = a < b && c >= d;", ["x = a <= b && c >= d;", "x = a < b && c > d;"]],
  ["flip-equality", "if (a === b) c();", ["if (a !== b) c();"]],
  ["swap-and-or", "x = a && b;", ["x = a || b;"]],
  ["drop-default", "x = a ?? b;", ["x = (a);"]],
  ["drop-not", "if (!a) c();", ["if ((a)) c();"]],
  ["swap-arithmetic", "x = a + b * c;", ["x = a - b * c;", "x = a + b / c;"]],
  ["swap-arithmetic", 'x = a + "b";', []],
  ["swap-arithmetic", "i++;", ["i--;"]],
  ["drop-statement", "a(); b = 1; let c = 2;", ["; b = 1; let c = 2;", "a(); ; let c = 2;"]],
  ["return-nothing", "const f = (a) => ({ a });", ["const f = (a) => ((undefined));"]],
  ["return-nothing", "function f() { return a; }", ["function f() { return undefined; }"]],
  ["return-nothing", "function f() { return undefined; }", []],
  ["require-chain", "x = a?.b;", ["x = a.b;"]],
  ["require-chain", "x = a?.[b];", ["x = a[b];"]],
  ["require-chain", "x = a?.(b);", ["x = a(b);"]],
  ["swap-method", "x = a.some(f);", ["x = a.every(f);"]],
  ["swap-method", "x = a.filter(f);", ["x = a.filter(((...all) => !(f)(...all)));"]],
  ["swap-method", "x = a.sort(f);", ["x = (a);"]],
  ["drop-spread", "x = [...a, b];", ["x = [...[], b];"]],
  ["drop-spread", "x = { ...a };", ["x = { ...{} };"]],
  ["drop-spread", "f(...a);", []],
  ["flip-boolean", "x = true;", ["x = false;"]],
  ["empty-array", "x = [a];", ["x = [];"]],
  ["empty-array", "x = [];", []],
  ["empty-code", 'x = { "a-b": "done" };', ['x = { "a-b": "" };']],
  ["empty-code", 'x = "a sentence";', []],
  ["empty-code", 'import { a } from "b";', []],
  ["empty-code", "x = `${a}:${b}`;", ["x = ``;"]],
  ["shift-number", "x = 2;", ["x = (3);", "x = (1);"]],
  ["shift-number", "x = 2n;", ["x = (3n);", "x = (1n);"]],
] as const) {
  test(`${operator} makes of \`${code}\` ${made.length === 0 ? "nothing" : made.join(" and ")}`, () => {
    assert.deepEqual(madeBy(operator, code), made);
  });
}

test("every operator is documented, in its words, and none that is not there", () => {
  const page = read("docs/mutation-of-the-core.md");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, name, says]) => ({ name, says }));
  assert.deepEqual(
    rows,
    OPERATORS.map(({ name, says }) => ({ name, says })),
  );
});

test("every equivalent mutant is still there, has a reason, and there are few of them", () => {
  const known = readEquivalents();
  assert.ok(known.length <= MOST, `${known.length} are listed`);
  const mutants = [...new Set(known.map(({ path }) => path))].flatMap(mutantsOf);
  for (const each of known) {
    assert.ok(each.reason.length > 20, `${each.written} needs a reason`);
    assert.ok(
      mutants.some((mutant) => isSame(mutant, each)),
      `no mutant any more: ${each.path} ${each.written}`,
    );
  }
});

test("a sample is the same for the same seed, another for another, and holds nothing twice", () => {
  const items = Array.from({ length: 100 }, (_, at) => at);
  assert.deepEqual(sampleOf(items, 10, 1), sampleOf(items, 10, 1));
  assert.notDeepEqual(sampleOf(items, 10, 1), sampleOf(items, 10, 2));
  assert.equal(new Set(sampleOf(items, 60, 1)).size, 60);
  assert.equal(sampleOf(items, 500, 1).length, 100);
});

test("a mutant that no test runs counts against the score as one that survived does", () => {
  const [mutant] = mutantsOf(coreFiles()[0] ?? "");
  assert.ok(mutant);
  const results = (["killed", "late", "survived", "uncovered"] as const).map((outcome) => ({
    mutant,
    tried: { id: mutant.id, outcome, by: "", millis: 0 },
  }));
  assert.equal(scoreOf(results), 50);
});

const COUNTS = [
  { name: "", isModule: true, ranges: [{ start: 0, end: 40, count: 1 }] },
  {
    name: "f",
    isModule: false,
    ranges: [
      { start: 0, end: 40, count: 3 },
      { start: 18, end: 27, count: 0 },
    ],
  },
];
test("the innermost block says how often a place ran", () => {
  assert.equal(countAt(COUNTS, 5), 3);
  assert.equal(countAt(COUNTS, 18), 0);
  assert.equal(countAt(COUNTS, 27), 3);
  assert.equal(countAt(COUNTS, 50), 0);
});

test("a block that did not run is a missed branch of its line; the last branch over a closed union is none", () => {
  const text = "export function f(a) {\n  if (a) {\n    return 1;\n  }\n  return 2;\n}";
  const counts = [
    { name: "", isModule: true, ranges: [{ start: 0, end: text.length, count: 1 }] },
    {
      name: "f",
      isModule: false,
      ranges: [
        { start: 7, end: text.length, count: 1 },
        { start: 32, end: 51, count: 0 },
      ],
    },
  ];
  const row = rowOf("f.ts", text, counts);
  assert.deepEqual([row.branches, row.missed], [{ covered: 2, all: 3 }, [2]]);
  assert.deepEqual(row.lines, { covered: 4, all: 6 });
  assert.deepEqual(row.functions, { covered: 1, all: 1 });
  const never = "default:\n      return kind satisfies never;\n";
  const union = [{ name: "g", isModule: false, ranges: [{ start: 0, end: never.length, count: 0 }] }];
  assert.deepEqual(rowOf("g.ts", never, union).branches, { covered: 0, all: 0 });
});
