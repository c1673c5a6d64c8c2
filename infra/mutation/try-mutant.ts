import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../checks/tree.ts";
import { codeOf } from "./core-tree.ts";
import { apply, type Mutant } from "./mutants.ts";
import { runNode } from "./run-node.ts";
import { type TestFile, testsOf } from "./tests-of-mutant.ts";

/** `uncovered`: no test runs the place. `late`: the tests did not end in time, which a person would see as well. */
export type Outcome = "killed" | "late" | "survived" | "uncovered";
export type Tried = { readonly id: string; readonly outcome: Outcome; readonly by: string; readonly millis: number };

const FACTOR = 5;
/** Starting a process on a busy machine. */
const LEAST_MILLIS = 15_000;

/** Runs the tests of a mutant until one is red. `folder`: where the mutated text may lie for that time. */
export async function tryMutant(mutant: Mutant, tests: readonly TestFile[], folder: string): Promise<Tried> {
  const chosen = testsOf(mutant, tests);
  if (chosen.length === 0) return { id: mutant.id, outcome: "uncovered", by: "", millis: 0 };
  mkdirSync(folder, { recursive: true });
  const text = join(folder, `${mutant.id}.js`);
  writeFileSync(text, apply(codeOf(mutant.path), mutant));
  try {
    const here = import.meta.dirname;
    const flags = ["--disable-warning=ExperimentalWarning", "--max-old-space-size=768", "--import", join(here, "serve-mutant.ts")];
    const cache = join(folder, "..", "compiled"); // every other module is the same in each of thousands of processes
    const env = { MUTANT_URL: pathToFileURL(join(ROOT, mutant.path)).href, MUTANT_TEXT: text, NODE_COMPILE_CACHE: cache };
    const expected = chosen.reduce((total, test) => total + test.millis, 0);
    const ran = await runNode([...flags, join(here, "run-until-red.ts"), ...chosen.map((test) => test.path)], {
      env,
      timeoutMillis: Math.max(LEAST_MILLIS, FACTOR * expected),
    });
    const outcome = ran.late ? "late" : ran.code === 0 ? "survived" : "killed";
    return { id: mutant.id, outcome, by: outcome === "killed" ? (ran.output.split("\n", 1)[0] ?? "") : "", millis: Math.round(ran.millis) };
  } finally {
    rmSync(text, { force: true });
  }
}
