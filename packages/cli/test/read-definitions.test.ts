import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readDefinitions } from "../src/compose/read-definitions.ts";

function folderWith(t: TestContext, names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "sagas-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) writeFileSync(join(folder, name), `text of ${name}`);
  return folder;
}

test("definitions are the files that end as one, by name", (t) => {
  const folder = folderWith(t, ["b.saga.yml", "notes.txt", "a.saga.yaml", "c.saga.json"]);
  assert.deepEqual(
    readDefinitions(folder).map(({ file, text }) => [file.slice(folder.length + 1), text]),
    ["a.saga.yaml", "b.saga.yml", "c.saga.json"].map((name) => [name, `text of ${name}`]),
  );
});

test("a folder without a definition is refused, and so is one that is not there", (t) => {
  const folder = folderWith(t, ["notes.txt"]);
  assert.throws(() => readDefinitions(folder), /holds no definition; a file ending in \.saga\.yaml is needed/);
  assert.throws(() => readDefinitions(join(folder, "absent")), { code: "DEFINITION_INVALID" });
});
