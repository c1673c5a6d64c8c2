import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDefinition } from "../../src/reading/index.ts";

const HEAD = "saga: s\nstart: { on: Started }\ndeadline: 1d\nsteps:\n  a:\n    done: ADone\n    compensate: { none: x }\n";

/** The rest of the text from the place of its only problem. */
function pointedAt(text: string): string {
  const { problems } = parseDefinition(text, { file: "f.yaml" });
  const [problem, ...others] = problems;
  assert.ok(problem !== undefined && others.length === 0, problems.map(({ code, message }) => `${code} ${message}`).join("; "));
  const line = text.split("\n")[problem.line - 1] ?? "";
  return line.slice(problem.column - 1).trimEnd();
}

const guarded = (...lines: readonly string[]): string => `${HEAD}${lines.join("\n")}\n`;

test("a problem inside an expression points at the part that is wrong, however the text is quoted", () => {
  assert.equal(pointedAt(guarded("    if: start.x == 1 && steps.b.y == 2")), "steps.b.y == 2");
  assert.equal(pointedAt(guarded('    if: "start.x == 1 && steps.b.y == 2"')), 'steps.b.y == 2"');
  assert.equal(pointedAt(guarded("    if: 'start.x == 1 && steps.b.y == 2'")), "steps.b.y == 2'");
});

test("escapes before the part that is wrong do not move its place", () => {
  assert.equal(pointedAt(guarded('    if: "start.x == \\"1\\" && steps.b.y == 2"')), 'steps.b.y == 2"');
  assert.equal(pointedAt(guarded('    if: "start.x == \\"\\u00e9\\x41\\U0001F600\\" && steps.b.y == 2"')), 'steps.b.y == 2"');
  assert.equal(pointedAt(guarded("    if: 'start.x == \"it''s\" && steps.b.y == 2'")), "steps.b.y == 2'");
  assert.equal(pointedAt(guarded('    if: "start.x == 1 \\', '      && steps.b.y == 2"')), 'steps.b.y == 2"');
});

test("an expression over several lines points into the line that is wrong", () => {
  assert.equal(pointedAt(guarded("    if: start.x == 1", "      && steps.b.y == 2")), "steps.b.y == 2");
  assert.equal(pointedAt(guarded("    if: |", "      start.x == 1", "        && steps.b.y == 2")), "steps.b.y == 2");
  assert.equal(pointedAt(guarded("    if: >-  # folded", "      start.x == 1", "", "      && steps.b.y == 2")), "steps.b.y == 2");
  assert.equal(pointedAt(guarded("    if: |\r", "      start.x == 1 &&\r", "      steps.b.y == 2\r")), "steps.b.y == 2");
});

test("what is missing at the end of an expression points behind it", () => {
  assert.equal(pointedAt(guarded("    if: start.x ==  # nothing")), "# nothing".padStart(11));
  assert.equal(pointedAt(guarded("    if: |", "      start.x ==", "")), "");
});

test("a value that does not fit its place points at the start of its expression", () => {
  assert.equal(pointedAt(guarded("    if: '\"yes\"'")), '"yes"\'');
  assert.equal(pointedAt(guarded("    if: |", "      'yes'")), "'yes'");
});

test("spaces before an expression are no part of its place", () => {
  assert.equal(pointedAt(guarded('    if: "  \\"yes\\""')), '\\"yes\\""');
});

test("a problem behind `has` points at what was written, which is shorter than what runs", () => {
  assert.equal(pointedAt(guarded("    if: has(start.x) && has(start.y) && steps.b.y == 2")), "steps.b.y == 2");
});

test("in JSON the same mistake has the same place", () => {
  const steps = { a: { done: "ADone", if: 'start.x == "a" && steps.b.y == 2', compensate: { none: "x" } } };
  const text = JSON.stringify({ saga: "s", start: { on: "Started" }, deadline: "1d", steps }, null, 2);
  assert.equal(pointedAt(text), 'steps.b.y == 2",');
});

test("an expression that stands for another's anchor points into the anchor's text", () => {
  const text = guarded("    if: &guard steps.b.y == 2");
  assert.equal(pointedAt(text), "steps.b.y == 2");
});
