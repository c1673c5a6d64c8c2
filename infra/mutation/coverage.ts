import { explain } from "@troupe/kernel";
import { CORE, coreFiles, coreTests, textOf } from "./core-tree.ts";
import { record } from "./coverage-record.ts";
import { percent, type Row, rowOf, sum, tableOf } from "./coverage-table.ts";
import { numberOf, readOptions } from "./options.ts";

/** `npm run coverage:core -- [--branches 98] [--lines 98] [--functions 98]`: exit 1 below a floor, or when a test fails. */
const FLOOR = 98;
const PARTS = ["branches", "lines", "functions"] as const;
/** A file that no test loads has no counts at all: its every line is missed. */
const UNLOADED: Omit<Row, "path"> = {
  branches: { covered: 0, all: 1 },
  lines: { covered: 0, all: 1 },
  functions: { covered: 0, all: 1 },
  missed: [1],
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args, PARTS);
  const ran = await record(coreTests());
  if (ran.code !== 0) print(ran.output);
  const rows = coreFiles().map((path): Row => {
    const functions = ran.coverage.get(path);
    const name = path.slice(CORE.length);
    return functions === undefined ? { path: name, ...UNLOADED } : rowOf(name, textOf(path), functions);
  });
  for (const line of tableOf(rows)) print(line);
  const low = PARTS.filter((part) => percent(sum(rows, part)) < numberOf(options, part, FLOOR));
  print(
    `${coreTests().length} test files in ${(ran.millis / 1000).toFixed(1)} s${low.length === 0 ? "" : `; below the floor: ${low.join(", ")}`}`,
  );
  if (ran.code !== 0 || low.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
