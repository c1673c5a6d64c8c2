import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "@troupe/kernel";
import type { Counts } from "./count-reporter.ts";
import { type Group, groupsFor, readOptions } from "./test-plan.ts";
import { requireTarget } from "./test-target.ts";
import { filesEnding, ROOT } from "./tree.ts";

/** What `npm test` runs. The last line is `N passed, N failed`; the exit code is 0 only when tests ran and none failed. */
const NONE: Counts = { passed: 0, failed: 0, skipped: 0, empty: [] };
/** A group that broke down as a whole counts as one failure. */
const BROKEN: Counts = { ...NONE, failed: 1 };

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  await requireTarget(options.target);
  const results: Counts[] = [];
  for (const group of groupsFor(options)) results.push(await runGroup(group, options.target));
  close(results.reduce(add, NONE));
}

function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    empty: [...a.empty, ...b.empty],
  };
}

/** A skipped test is a run that should have happened; on CI, where nobody reads the list, it fails. */
function close(total: Counts): void {
  for (const file of total.empty) print(`${file} holds no test.`);
  if (total.skipped > 0) print(`${total.skipped} skipped.`);
  const skippedFailures = process.env["CI"] ? total.skipped : 0;
  const ranNothing = total.passed + total.failed === 0;
  if (ranNothing) print("No test was run.");
  const failed = total.failed + total.empty.length + skippedFailures + (ranNothing ? 1 : 0);
  print(`${total.passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function runGroup(group: Group, target: string): Promise<Counts> {
  const files = filesEnding(".test.ts").filter((path) => group.place.test(path));
  print(`== ${group.title}: ${files.length} files`);
  // On CI a part of the plan that ran nothing is a target that did not run; while the parts are being written it is only empty.
  if (files.length === 0) return process.env["CI"] ? BROKEN : NONE;
  const folder = mkdtempSync(join(tmpdir(), "troupe-tests-"));
  try {
    const counts = join(folder, "counts.json");
    const code = await runNode([...flagsOf(group, counts), ...files], target);
    return reconcile(readCounts(counts), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flagsOf(group: Group, counts: string): readonly string[] {
  return [
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=TimeoutNegativeWarning",
    "--test",
    `--test-concurrency=${group.concurrency}`,
    `--test-timeout=${group.timeoutMillis}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${join(import.meta.dirname, "count-reporter.ts")}`,
    `--test-reporter-destination=${counts}`,
  ];
}

function runNode(args: readonly string[], target: string): Promise<number> {
  return new Promise((resolve) => {
    const env = environmentFor(target);
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] });
    const pass = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on("SIGINT", pass).on("SIGTERM", pass);
    child.on("close", (code) => {
      process.off("SIGINT", pass).off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}

/** What the launcher says about this process would be wrong for the platforms that tests start. */
function environmentFor(target: string): NodeJS.ProcessEnv {
  const { TROUPE_CLONE_STARTED_AT: _started, TROUPE_INSTALL_SECONDS: _seconds, ...rest } = process.env;
  return { ...rest, TEST_TARGET: target };
}

function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Counts; // written by count-reporter.ts
  } catch {
    return BROKEN;
  }
}

/** A run that failed without a failing test (it was ended, or a reporter broke) is still a failure. */
const reconcile = (counts: Counts, code: number): Counts => (code !== 0 && counts.failed === 0 ? add(counts, BROKEN) : counts);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  print("0 passed, 1 failed");
  process.exitCode = 1;
});
