import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { createIds } from "@troupe/kernel";
import { createExpressionAnalyser, definitionTyping } from "../../../src/core/expressions.ts";
import { parseDefinition } from "../../../src/reading/index.ts";

const ROOT = new URL("../../../../", import.meta.url);
const page = readFileSync(new URL("docs/saga-expressions.md", ROOT), "utf8");
const schemas = loadSchemas(fileURLToPath(new URL("schemas", ROOT)));
const ids = createIds((data) => createHash("sha256").update(data).digest());
const { events } = createCodec({ schemas, registry: fileRegistry({ schemas }), ids });
const { definition } = parseDefinition(readFileSync(new URL("sagas/order-fulfilment.saga.yaml", ROOT), "utf8"), { file: "page", events });
assert.ok(definition);
const analyse = createExpressionAnalyser(definitionTyping(definition, { events }));

/** As the guard of the first step, where no result is there for certain. */
function problemsOf(text: string): readonly string[] {
  const analysis = analyse("payload", text, { step: "reserveStock", when: "opens" });
  return "invalid" in analysis ? [`expression-invalid: ${analysis.invalid}`] : analysis.problems.map(({ code }) => code);
}

test("every example of the page is right", () => {
  const block = /```cel\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const examples = block.trim().split("\n");
  assert.ok(examples.length >= 5);
  for (const text of examples) assert.deepEqual(problemsOf(text), [], text);
});

test("every expression that the page calls refused is refused, as it says", () => {
  const refused = page.slice(page.indexOf("## What is refused"));
  const rows = [...refused.matchAll(/^\| `([^|]+)` \| `([a-z-]+)` \|$/gm)];
  assert.ok(rows.length >= 6);
  for (const [, text = "", code] of rows) assert.deepEqual(problemsOf(text), [code], text);
});
