import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultsIn, hasTest, POINTS } from "./failure-table.ts";
import { ROOT, read } from "./tree.ts";

const FAULTS = faultsIn(read("docs/when-things-fail.md"));

test("every fault says what is seen, what the system does, what to do, and which tests make it happen", () => {
  assert.ok(FAULTS.length >= 15, `${FAULTS.length} faults are described`);
  const silent = FAULTS.filter(({ points, tests }) => points.join() !== POINTS.join() || tests.length === 0);
  assert.deepEqual(silent, []);
});

test("every test that the page names is there", () => {
  const gone = FAULTS.flatMap(({ title, tests }) =>
    tests.filter(({ file, name }) => !existsSync(join(ROOT, file)) || !hasTest(read(file), name)).map((missing) => ({ title, ...missing })),
  );
  assert.deepEqual(gone, []);
});

test("a page that names a test which is gone, or says nothing, is found out", () => {
  const page =
    '# x\n\n## By fault\n\n### One\n\n- **Seen**: a\n- **System**: b\n- **Do**: c\n- **Tests**:\n  - `a.test.ts`: "it ends"\n\n### Two\n\n- **Seen**: a\n\n## More\n';
  const [one, two] = faultsIn(page);
  assert.deepEqual(one, { title: "One", points: POINTS, tests: [{ file: "a.test.ts", name: "it ends" }] });
  assert.deepEqual(two, { title: "Two", points: ["Seen"], tests: [] });
  assert.ok(hasTest('test("it ends", () => {});', "it ends"));
  assert.ok(hasTest(`test(\`\${way}: it ends\`, () => {});`, "it ends"), "a title that is filled in");
  assert.ok(!hasTest('test("that it ended", () => {});', "it ends"));
});
