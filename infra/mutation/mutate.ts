import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { explain } from "@troupe/kernel";
import { ROOT } from "../checks/tree.ts";
import { CORE, coreFiles, hashOf, treeHash } from "./core-tree.ts";
import { isSame, readEquivalents } from "./equivalent.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { numberOf, readOptions } from "./options.ts";
import { type Result, scoreOf, survivorsOf, tableOf } from "./report.ts";
import { sampleOf } from "./sample.ts";
import { mapTests, type TestFile } from "./tests-of-mutant.ts";
import { type Tried, tryMutant } from "./try-mutant.ts";

/**
 * `npm run mutate -- [--sample 400] [--seed 1] [--all] [--files fold/] [--parallel 2] [--floor 85] [--fresh]`: exit 1 below the
 * floor. What was tried on the same tree is not tried again, so a run that was ended goes on where it was. A mutant that was
 * killed stays so while its own file is unchanged: tests only grow. `--fresh` forgets all that.
 */
const FOLDER = join(ROOT, ".troupe", "mutation");
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args, ["sample", "seed", "files", "parallel", "floor"], ["all", "fresh"]);
  if (options.has("fresh")) rmSync(FOLDER, { recursive: true, force: true });
  const tree = treeHash();
  const all = allMutants(options.get("files") ?? "");
  const seed = numberOf(options, "seed", 1);
  const sample = options.has("all") ? all : sampleOf(all, numberOf(options, "sample", 400), seed);
  // Left out after the draw, so that a new reason does not draw another sample.
  const drawn = withoutEquivalents(sample);
  print(
    `${all.length} mutants of ${coreFiles().length} files, ${sample.length} drawn with seed ${seed}, ${sample.length - drawn.length} of them equivalent, tree ${tree}`,
  );
  setPriority(10);
  const tests = await mapTests(join(FOLDER, `tests-${tree}.json`), print);
  const results = await tryAll({ drawn, tests, memory: openMemory(tree), parallel: numberOf(options, "parallel", 2) });
  report(results, numberOf(options, "floor", 0), { tree, seed });
}

const allMutants = (under: string): readonly Mutant[] =>
  coreFiles()
    .filter((path) => path.startsWith(CORE + under))
    .flatMap(mutantsOf);

function withoutEquivalents(mutants: readonly Mutant[]): readonly Mutant[] {
  const known = readEquivalents();
  return mutants.filter((mutant) => !known.some((each) => isSame(mutant, each)));
}

type Memory = { readonly tried: ReadonlyMap<string, Tried>; readonly keep: (tried: Tried) => void };

/** One line of JSON per mutant that was tried, with the tree that it was tried on. */
function openMemory(tree: string): Memory {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, "tried.jsonl");
  const lines = existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
  const tried = lines.map((line) => JSON.parse(line) as Tried & { readonly tree: string }); // written below
  const holds = tried.filter((each) => each.tree === tree || each.outcome === "killed" || each.outcome === "late");
  const keep = (each: Tried): void => appendFileSync(file, `${JSON.stringify({ tree, ...each })}\n`);
  return { tried: new Map(holds.map((each) => [each.id, each])), keep };
}

type Work = { readonly drawn: readonly Mutant[]; readonly tests: readonly TestFile[]; readonly memory: Memory; readonly parallel: number };

async function tryAll({ drawn, tests, memory, parallel }: Work): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...drawn];
  const folder = join(FOLDER, `texts-${hashOf(String(process.pid))}`);
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const before = memory.tried.get(mutant.id);
      const tried = before ?? (await tryMutant(mutant, tests, folder));
      if (before === undefined) memory.keep(tried);
      results.push({ mutant, tried });
      if (results.length % 50 === 0) print(`${results.length} of ${drawn.length}: ${scoreOf(results).toFixed(1)} %`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, worker));
  rmSync(folder, { recursive: true, force: true });
  return results;
}

function report(results: readonly Result[], floor: number, about: { readonly tree: string; readonly seed: number }): void {
  for (const line of [...tableOf(results), "", ...survivorsOf(results), ""]) print(line);
  const score = scoreOf(results);
  const rows = results.map(({ mutant, tried }) => ({ ...mutant, ...tried }));
  writeFileSync(join(FOLDER, "report.json"), JSON.stringify({ ...about, score, mutants: rows }, null, 2));
  print(`score ${score.toFixed(2)} % of ${results.length} mutants (floor ${floor})`);
  if (score < floor) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
