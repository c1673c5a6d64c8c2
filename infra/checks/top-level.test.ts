import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "./tree.ts";

const FILES = ["package.json", "tsconfig.json", "README.md", "CHANGELOG.md", "LICENSE", "docker-compose.yml"];
const FOLDERS = ["schemas", "sagas", "services", "saga-coordinator", "packages", "infra", "e2e", "bench", "docs"];
/** What tools need beside them: their configuration, and what npm makes. Dot files are not looked at. */
const OF_TOOLS = ["biome.json", "package-lock.json", "node_modules"];

test("the top level holds exactly the house, and what tools need", () => {
  const found = readdirSync(ROOT).filter((name) => !name.startsWith(".") && !OF_TOOLS.includes(name));
  assert.deepEqual(found.sort(), [...FILES, ...FOLDERS].sort());
});

test("CI is there", () => {
  assert.ok(readdirSync(ROOT).includes(".ci"));
});
