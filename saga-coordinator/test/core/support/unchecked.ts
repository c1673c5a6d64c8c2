import assert from "node:assert/strict";
import { readDefinition } from "../../../src/core/definition/read/read-definition.ts";
import { openSource } from "../../../src/core/definition/read/source.ts";
import type { Definition } from "../../../src/core/index.ts";
import { treeOf } from "../../../src/reading/yaml-tree.ts";

/** A definition as it is written, past the checker: how a mistake that the checker refuses is planted. */
export function unchecked(yaml: string): Definition {
  const source = openSource(treeOf(yaml), "planted.saga.yaml");
  const definition = readDefinition(source);
  const errors = source.problems.map(({ message }) => message);
  assert.ok(definition !== undefined && errors.length === 0, errors.join("\n"));
  return definition;
}
