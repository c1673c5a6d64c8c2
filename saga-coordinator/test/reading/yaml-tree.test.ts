import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefinitionTree } from "../../src/core/index.ts";
import { treeOf } from "../../src/reading/yaml-tree.ts";

/** The tree as the values that it stands for. */
function plainOf({ node }: Pick<DefinitionTree, "node">): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "list") return node.items.map(plainOf);
  if (node.kind === "scalar") return node.value;
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plainOf(entry)]));
}

const faultsOf = (text: string): readonly string[] => treeOf(text).faults.map(({ at, message }) => `${at} ${message}`);

test("a tree is plain data that survives JSON", () => {
  const tree = treeOf("a: [1, 'two', true, ~]\nb:\n  c: 0.10\n");
  assert.deepEqual(JSON.parse(JSON.stringify(tree)), tree);
  assert.deepEqual(plainOf(tree), { a: [1, "two", true, null], b: { c: 0.1 } });
});

test("a number keeps the text that was written", () => {
  const { node } = treeOf("0.10");
  assert.deepEqual(node?.kind === "scalar" && [node.value, node.text], [0.1, "0.10"]);
});

test("an alias is the value of the last anchor of its name before it", () => {
  assert.deepEqual(plainOf(treeOf("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")), { a: 1, b: 1, c: 2, d: 2 });
  assert.deepEqual(faultsOf("a: *x\nb: &x 1\n"), ["3 YAML: *x names no anchor"]);
});

test("an alias inside what it names is a fault, and the tree has no circle", () => {
  const tree = treeOf("a: &x [1, *x]\n");
  assert.deepEqual(faultsOf("a: &x [1, *x]\n"), ["10 YAML: *x stands inside what it names"]);
  assert.deepEqual(plainOf(tree), { a: [1, undefined] });
});

test("100,000 aliases to a large list are read once each, not copied", () => {
  const list = Array.from({ length: 1000 }, () => "x").join(", ");
  const text = `a: &a [${list}]\nb: [${Array.from({ length: 100_000 }, () => "*a").join(", ")}]\n`;
  const { node } = treeOf(text);
  assert.ok(node?.kind === "map");
  const [first, second] = node.entries;
  assert.ok(second?.node?.kind === "list" && second.node.items.every((item) => item.node === first?.node));
});

test("text that is not of the notation says so, one fault a line; a key that stands twice leaves it readable", () => {
  assert.equal(treeOf("a: [1\nb: }\n").readable, false);
  assert.equal(treeOf("a: 1\na: 2\n").readable, true);
  assert.equal(faultsOf("a: 1\na: 2\n").length, 1);
});
