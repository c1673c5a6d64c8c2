import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TroupeError } from "@troupe/kernel";
import { coreTests, isSlow } from "./core-tree.ts";
import { countAt, type FunctionCount, record } from "./coverage-record.ts";
import type { Mutant } from "./mutants.ts";

/** One test file: how long it takes alone, and what it runs of the core. */
export type TestFile = {
  readonly path: string;
  readonly millis: number;
  readonly runs: { readonly [source: string]: readonly FunctionCount[] };
};

/** Which test runs what, measured once per tree and kept. Throws TOOL_FAILED when a test fails without any mutant. */
export async function mapTests(cache: string, say: (line: string) => void): Promise<readonly TestFile[]> {
  if (existsSync(cache)) return JSON.parse(readFileSync(cache, "utf8")) as readonly TestFile[]; // written below
  const found: TestFile[] = [];
  for (const path of coreTests().filter((each) => !isSlow(each))) {
    let ran = await record([path]);
    if (ran.code !== 0) ran = await record([path]); // once more: on a busy machine a test that looks at the clock may fail
    const { code, output, millis, coverage } = ran;
    if (code !== 0)
      throw new TroupeError("TOOL_FAILED", {
        tool: path,
        purpose: "to pass without a mutant",
        reason: `exit ${code}`,
        log: output.slice(-2_000),
      });
    say(`${path}: ${Math.round(millis)} ms`);
    found.push({ path, millis, runs: Object.fromEntries(coverage) });
  }
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, JSON.stringify(found));
  return found;
}

/** The test files that run the mutated place; first those that run much of its file in little time. */
export function testsOf(mutant: Mutant, tests: readonly TestFile[]): readonly TestFile[] {
  return tests
    .filter((test) => countAt(test.runs[mutant.path] ?? [], mutant.start) > 0)
    .map((test) => ({ test, worth: functionsRun(test.runs[mutant.path] ?? []) / test.millis }))
    .sort((a, b) => b.worth - a.worth)
    .map(({ test }) => test);
}

const functionsRun = (functions: readonly FunctionCount[]): number => functions.filter((each) => (each.ranges[0]?.count ?? 0) > 0).length;
