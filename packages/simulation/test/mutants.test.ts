import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { changed } from "../src/mutants/apply-mutant.ts";
import { runLeaseWorld } from "../src/mutants/lease-world.ts";
import { MUTANTS } from "../src/mutants/list.ts";
import { runPool } from "../src/run/pool.ts";

const ROOT = new URL("../../../", import.meta.url);

test("every text that a mutant replaces stands exactly once in its file", () => {
  for (const { name, edits } of MUTANTS) {
    for (const edit of edits) {
      const source = readFileSync(fileURLToPath(new URL(edit.file, ROOT)), "utf8");
      assert.notEqual(changed(source, edit, name), source);
    }
  }
});

test("a mutant whose text is gone is refused by name, so that none is tried unchanged", () => {
  const edit = { file: "a.ts", find: "old", replace: "new" };
  assert.equal(changed("the old text", edit, "m"), "the new text");
  assert.throws(() => changed("another text", edit, "m"), /mutant "m": a\.ts has its text 0 times/);
  assert.throws(() => changed("old and old", edit, "m"), /2 times/);
});

test("mutants have names of their own", () => {
  assert.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

/** Caught within a few worlds; the others need more seeds than a test may take: `npm run simulate -- --mutants`. */
const QUICK = ["no dedupe", "no inbox", "offset before durability", "commit to log end", "publish before durable", "wrong undo order"];

for (const name of QUICK) {
  test(`a run notices at once: ${name}`, async () => {
    const mode = MUTANTS.find((mutant) => mutant.name === name)?.mode;
    const { found } = await runPool({ works: [{ first: 1, step: 1, end: 200, mode, mutant: name, enough: 1 }] });
    assert.notEqual(found.length, 0);
  });
}

test("a member of the embedded group that shows no life loses its share when its lease ends", async () => {
  await runLeaseWorld(1);
});
