import assert from "node:assert/strict";
import { test } from "node:test";
import { certaintyOf } from "../../../src/core/expressions/types/certainty.ts";
import { parseDefinition } from "../../../src/reading/index.ts";

/** Steps as `name: keys`; each is observed and has nothing to undo. */
function certain(steps: { readonly [name: string]: string }) {
  const lines = Object.entries(steps).map(
    ([name, keys]) => `  ${name}: { done: ${name.toUpperCase()}, timeout: 1m, compensate: { none: x }${keys === "" ? "" : `, ${keys}`} }`,
  );
  const { definition, problems } = parseDefinition(`saga: s\nstart: { on: Started }\ndeadline: 1d\nsteps:\n${lines.join("\n")}\n`, {
    file: "s",
  });
  assert.ok(definition, problems.map(({ line, message }) => `${line} ${message}`).join("\n"));
  const { atOpening, atEnd } = certaintyOf(definition.steps);
  return { before: (name: string) => [...atOpening(name)].sort().join(" "), atEnd: [...atEnd].sort().join(" ") };
}

test("what comes before by `after`, directly or not, is done", () => {
  const { before, atEnd } = certain({ a: "", b: "after: [a]", c: "after: [b]", d: "" });
  assert.deepEqual([before("a"), before("b"), before("c"), before("d")], ["", "a", "a b", ""]);
  assert.equal(atEnd, "a b c d");
});

test("a guard, `optional` and a fallback leave a step without a result, but what came before it is there", () => {
  const steps = {
    a: "",
    b: "after: [a], if: 'saga.id != \"\"'",
    c: "after: [b]",
    d: "after: [c], optional: true",
    e: "after: [d]",
    f: "after: [e], fallback: g",
    g: "",
    h: "after: [f]",
  };
  const { before, atEnd } = certain(steps);
  assert.deepEqual([before("c"), before("e"), before("g"), before("h")], ["a", "a c", "a c e", "a c e"]);
  assert.equal(atEnd, "a c e h");
});

test("of an any join only what is before every member is there", () => {
  const { before, atEnd } = certain({ a: "", b: "after: [a]", c: "after: [a]", d: "after: { any: [b, c] }" });
  assert.equal(before("d"), "a");
  assert.equal(atEnd, "a d", "members of a join may have failed");
});

test("of two out of three what is before two of them is there, since any two meet it", () => {
  const { before } = certain({
    x: "",
    y: "",
    a: "after: [x]",
    b: "after: [x]",
    c: "after: [y]",
    d: "after: { atLeast: 2, of: [a, b, c] }",
    e: "after: { atLeast: 3, of: [a, b, c] }",
  });
  assert.equal(before("d"), "x");
  assert.equal(before("e"), "a b c x y");
});

test("after a choice what was before it is there, and none of its ways", () => {
  const { before, atEnd } = certain({
    a: "",
    b: "after: [a], choice: way, if: 'saga.id == \"1\"'",
    c: "after: [a], choice: way, otherwise: true",
    d: "after: [b]",
    e: "after: [d, c]",
    f: "after: [d, a]",
  });
  assert.deepEqual([before("b"), before("d"), before("e"), before("f")], ["a", "a", "a", "a"]);
  assert.equal(atEnd, "a f", "d and e are pruned with the way that they come after");
});
