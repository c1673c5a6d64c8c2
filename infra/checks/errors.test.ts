import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRORS, TroupeError } from "@troupe/kernel";
import { errorPage } from "./error-page.ts";
import { tokensOf } from "./tokens.ts";
import { filesEnding, read } from "./tree.ts";

const CATALOGUE = "packages/kernel/src/error-catalogue.ts";
const isSource = (path: string): boolean =>
  path !== CATALOGUE && (path.includes("/src/") || path.startsWith("infra/") || path.endsWith(".mjs"));

/** Texts of all sources that could name a code; comments do not count. */
function textsInSources(): readonly string[] {
  const files = filesEnding(".ts", ".mjs").filter((path) => isSource(path) && !path.endsWith(".test.ts"));
  return files.flatMap((path) =>
    tokensOf(read(path))
      .filter((token) => token.kind === "string" || token.kind === "template")
      .map(({ text }) => text),
  );
}

test("docs/errors.md lists the codes of the catalogue, neither more nor fewer, with their texts", () => {
  assert.equal(read("docs/errors.md"), errorPage(), "run `npm run generate`");
});

test("every code of the catalogue is used by a source, else nobody can ever see it", () => {
  const texts = textsInSources();
  const isUsed = (code: string): boolean => texts.some((text) => text === code || text.startsWith(`${code}: `));
  assert.deepEqual(
    Object.keys(ERRORS).filter((code) => !isUsed(code)),
    [],
  );
});

test("a list of what is allowed that is empty says none, and does not end in nothing", () => {
  const { message } = new TroupeError("STEP_NOT_HUMAN", { definition: "order", step: "ship", allowed: [] });
  assert.equal(message, "Step `ship` of order is not answered by a person; those that are: none.");
});
