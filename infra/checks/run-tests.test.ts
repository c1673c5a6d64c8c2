import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { TroupeError } from "@troupe/kernel";
import { groupsFor, readOptions } from "./test-plan.ts";

/** Runs sources as test files under the reporter, and returns what it counted. */
function counted(t: TestContext, ...sources: readonly string[]): { passed: number; failed: number; skipped: number; empty: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "troupe-counts-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = sources.map((_, at) => join(folder, `${at}.test.ts`));
  files.forEach((file, at) => {
    writeFileSync(file, `import { describe, test } from "node:test";\n${sources[at]}\n`);
  });
  const reporter = [
    "--test-reporter",
    join(import.meta.dirname, "count-reporter.ts"),
    "--test-reporter-destination",
    join(folder, "counts"),
  ];
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env; // else the inner run takes itself for a part of this one
  spawnSync(process.execPath, ["--test", ...reporter, ...files], { env });
  return JSON.parse(readFileSync(join(folder, "counts"), "utf8"));
}

test("tests are counted, suites and files are not", (t) => {
  const counts = counted(t, 'describe("a suite", () => { test("one", () => {}); test("two", () => {}); });', 'test("three", () => {});');
  assert.deepEqual(counts, { passed: 3, failed: 0, skipped: 0, empty: [] });
});

test("a file without a test is no passing test", (t) => {
  const counts = counted(t, "export {};", 'test("one", () => {});');
  assert.deepEqual(
    { ...counts, empty: counts.empty.map((path) => basename(path)) },
    { passed: 1, failed: 0, skipped: 0, empty: ["0.test.ts"] },
  );
});

test("failures, files that can't be loaded, and skipped tests are told apart", (t) => {
  const counts = counted(
    t,
    'test("one", () => { throw new Error("no"); });',
    "this is no source",
    'test("two", { skip: true }, () => {});',
  );
  assert.deepEqual(counts, { passed: 0, failed: 2, skipped: 1, empty: [] });
});

test("suites that need real servers run on the target native only", () => {
  const places = (args: readonly string[]) => groupsFor(readOptions(args)).map(({ place }) => place);
  const runs = (args: readonly string[], path: string) => places(args).some((place) => place.test(path));
  assert.equal(runs([], "packages/kafka/test/bus.test.ts"), false);
  assert.equal(runs(["--on", "native"], "packages/kafka/test/bus.test.ts"), true);
  assert.equal(runs([], "packages/embedded/test/bus.test.ts"), true);
  assert.equal(runs(["--unit"], "e2e/embedded/order.test.ts"), false);
  assert.equal(runs(["--e2e", "--on", "native"], "e2e/native/order.test.ts"), true);
  assert.equal(runs(["--on", "native"], "e2e/clusters/order.test.ts"), false);
  assert.equal(runs(["--on", "clusters"], "e2e/clusters/order.test.ts"), true);
});

test("an unknown target or option is refused with what is allowed", () => {
  const hasCode = (code: string) => (error: unknown) => error instanceof TroupeError && error.code === code && /native/.test(error.message);
  assert.throws(() => readOptions(["--on", "nativ"]), hasCode("OPTION_INVALID"));
  assert.throws(() => readOptions(["--fast"]), hasCode("OPTION_UNKNOWN"));
});
