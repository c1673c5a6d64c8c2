import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Check } from "typebox/schema";
import { parse } from "yaml";
import { definitionSchema } from "../../src/core/definition/json-schema.ts";
import { parseDefinition } from "../../src/reading/index.ts";

const SAGAS = new URL("../../../sagas/", import.meta.url);
const CORPUS = new URL("../corpus/golden/", import.meta.url);
const schema = definitionSchema();

const definitionsIn = (folder: URL): readonly URL[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".saga.yaml"))
    .map((name) => new URL(name, folder));
const nameOf = ({ pathname }: URL): string => pathname.slice(pathname.lastIndexOf("/") + 1);
const accepts = (text: string): boolean => Check(schema, parse(text, { logLevel: "silent" }));

test("the published schema is the one that the grammar gives", () => {
  const published: unknown = JSON.parse(readFileSync(new URL("saga.schema.json", SAGAS), "utf8"));
  assert.deepEqual(published, JSON.parse(JSON.stringify(schema)), "it has drifted; run `npm run generate`");
});

test("every definition of the tree is valid by the schema and names it for editors", () => {
  for (const file of [...definitionsIn(SAGAS), ...definitionsIn(new URL("examples/", SAGAS))]) {
    const text = readFileSync(file, "utf8");
    assert.ok(accepts(text), nameOf(file));
    assert.match(text, /^# yaml-language-server: \$schema=\.{1,2}\/saga\.schema\.json\n/, nameOf(file));
  }
});

/** What the words alone show; the rest only the checker knows. */
const WORDS = new Set(["key-unknown", "name-invalid", "value-invalid"]);

test("what the corpus has wrong in its words is refused by the schema too, and nothing else of it", () => {
  for (const file of definitionsIn(CORPUS)) {
    const text = readFileSync(file, "utf8");
    const { problems } = parseDefinition(text, { file: nameOf(file) });
    const codes = problems.map(({ code }) => code);
    if (codes.includes("yaml-malformed")) continue;
    if (codes.length > 0 && codes.every((code) => WORDS.has(code)) && !EXCEPTIONS.has(nameOf(file)))
      assert.ok(!accepts(text), `${nameOf(file)} is accepted`);
    if (codes.length === 0) assert.ok(accepts(text), `${nameOf(file)} is refused`);
  }
});

/** Wrong only by what stands beside it, which a schema of words does not say. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  "at-least-more-than-there-are.saga.yaml",
  "none-beside-an-undo.saga.yaml",
  "loop-variable-reserved.saga.yaml",
  "when-a-variable-named-start.saga.yaml",
  "when-a-step-named-twice-in-after.saga.yaml",
]);

test("the durations of the schema are those that the reader takes", () => {
  for (const [text, valid] of [
    ["250ms", true],
    ["7d", true],
    ["PT30S", true],
    ["P1DT2H", true],
    ["P1M", false],
    ["30", false],
    ["1.5h", false],
    ["PT", false],
    ["P", false],
  ] as const) {
    const yaml = `saga: s\nstart: { on: Placed }\ndeadline: "${text}"\nsteps: { a: { done: Done } }\n`;
    assert.equal(accepts(yaml), valid, text);
    const read = parseDefinition(yaml, { file: "s" }).problems.some(({ code }) => code === "duration-invalid");
    assert.equal(read, !valid, text);
  }
});

test("every key has a doc that an editor can show", () => {
  const undocumented: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, part] of Object.entries(value)) {
      if (path.endsWith(".properties") && !("description" in Object(part))) undocumented.push(`${path}.${name}`);
      visit(part, `${path}.${name}`);
    }
  };
  visit(schema, "");
  assert.deepEqual(undocumented, []);
});
