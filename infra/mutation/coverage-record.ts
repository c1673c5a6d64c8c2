import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../checks/tree.ts";
import { CLOCKED } from "./clocked.ts";
import { CORE } from "./core-tree.ts";
import { runNode } from "./run-node.ts";

/** What V8 counts for one block of a source: offsets into the text that ran, and how often it ran. */
export type Range = { readonly start: number; readonly end: number; readonly count: number };
/** `ranges[0]` is the whole function; the others are its blocks, each one a branch. `isModule`: the text outside functions. */
export type FunctionCount = { readonly name: string; readonly isModule: boolean; readonly ranges: readonly Range[] };
/** By the path of a source of the core. */
export type CoverageRecord = ReadonlyMap<string, readonly FunctionCount[]>;

/** The format that Node writes into the folder of NODE_V8_COVERAGE (Chrome DevTools protocol, Profiler.ScriptCoverage). */
type Written = {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
};

export type Recorded = { readonly code: number; readonly output: string; readonly millis: number; readonly coverage: CoverageRecord };

/** Runs the test files in one process and reads what V8 counted of the core. */
export async function record(tests: readonly string[]): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-coverage-"));
  try {
    const flags = [
      "--disable-warning=ExperimentalWarning",
      "--test",
      "--test-isolation=none",
      "--test-reporter=dot",
      `--test-skip-pattern=${CLOCKED}`,
    ];
    const ran = await runNode([...flags, ...tests], { env: { NODE_V8_COVERAGE: folder } });
    return { ...ran, coverage: readFolder(folder, ran.pid) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only what the test process itself counted: a program that a test starts writes its counts into the same folder. */
function readFolder(folder: string, pid: number): CoverageRecord {
  const prefix = pathToFileURL(`${ROOT}/`).href;
  const found = new Map<string, readonly FunctionCount[]>();
  for (const name of readdirSync(folder).filter((each) => each.startsWith(`coverage-${pid}-`))) {
    const written = JSON.parse(readFileSync(join(folder, name), "utf8")) as Written; // written by Node
    for (const { url, functions } of written.result) {
      const path = url.startsWith(prefix) ? url.slice(prefix.length) : "";
      if (path.startsWith(CORE)) found.set(path, functions.map(toCount));
    }
  }
  return found;
}

function toCount({ functionName, ranges }: Written["result"][number]["functions"][number]): FunctionCount {
  const plain = ranges.map(({ startOffset, endOffset, count }) => ({ start: startOffset, end: endOffset, count }));
  return { name: functionName, isModule: functionName === "" && plain[0]?.start === 0, ranges: plain };
}

/** How often the text at this offset ran: the innermost range that holds it says so. 0 where nothing was counted. */
export function countAt(functions: readonly FunctionCount[], offset: number): number {
  let innermost: Range | undefined;
  for (const { ranges } of functions) {
    for (const range of ranges) {
      if (range.start > offset || range.end <= offset) continue;
      if (innermost === undefined || range.end - range.start <= innermost.end - innermost.start) innermost = range;
    }
  }
  return innermost?.count ?? 0;
}
