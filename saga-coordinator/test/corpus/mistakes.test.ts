import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PROBLEM_CODES } from "../../src/core/definition/problems.ts";
import { problemPage } from "./problem-page.ts";
import { readCorpus } from "./read-corpus.ts";

const mistakes = readCorpus();

test("the corpus holds at least 60 files, and one for every code there is", () => {
  assert.ok(mistakes.length >= 60, `${mistakes.length} files`);
  const codes = new Set(mistakes.flatMap(({ expects }) => expects.match(/[a-z-]+(?=,|$)/g) ?? []));
  // What is too large is in hostile.test.ts; what stands in two files takes two files, and is in repeated-sagas.test.ts.
  assert.deepEqual(
    PROBLEM_CODES.filter((code) => !codes.has(code) && code !== "too-large" && code !== "saga-repeated"),
    [],
  );
});

for (const { name, expects, problems, definition } of mistakes) {
  test(`${name.replace(".saga.yaml", "").replaceAll("-", " ")}: one problem, at its place`, () => {
    assert.equal(
      `# expects ${problems.map(({ line, column, code }) => `${line}:${column} ${code}`).join(", ")}`,
      expects,
      problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`).join("\n"),
    );
    assert.equal(
      definition === undefined,
      problems.some(({ severity }) => severity === "error"),
    );
  });
}

test("docs/definition-problems.md lists every code with what the corpus says under it", () => {
  const page = readFileSync(new URL("../../../docs/definition-problems.md", import.meta.url), "utf8");
  assert.equal(page, problemPage(mistakes), "it has drifted; run `npm run generate`");
});
