import assert from "node:assert/strict";
import { test } from "node:test";
import { circlesIn } from "./law/circles.ts";
import { sources } from "./tree.ts";

test("data flows one way: no file imports, over others, itself", () => {
  assert.deepEqual(circlesIn(sources()), []);
});

test("a planted circle is found once, with the files on it", () => {
  const file = (path: string, ...targets: readonly string[]) => ({
    path,
    text: targets.map((to) => `import { x } from "${to}";`).join("\n"),
  });
  const files = [
    file("a/one.ts", "./two.ts", "./apart.ts"),
    file("a/two.ts", "../b/three.ts"),
    file("b/three.ts", "../a/one.ts"),
    file("a/apart.ts"),
  ];
  assert.deepEqual(circlesIn(files), [["a/one.ts", "a/two.ts", "b/three.ts"]]);
});

test("a circle of types is one too", () => {
  const files = [
    { path: "one.ts", text: 'import type { Two } from "./two.ts";' },
    { path: "two.ts", text: 'import type { One } from "./one.ts";' },
  ];
  assert.equal(circlesIn(files).length, 1);
});
