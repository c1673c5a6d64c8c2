import { availableParallelism } from "node:os";
import { explain } from "@troupe/kernel";
import { applyMutant } from "../mutants/apply-mutant.ts";
import { MUTANTS } from "../mutants/list.ts";
import { caughtText, MUTANT_SEEDS, tryMutants } from "../mutants/try-mutants.ts";
import type { Look, Looker } from "./one-seed.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { runPool, type Sum } from "./pool.ts";
import { REGRESSIONS } from "./regressions.ts";
import { coverageText, progressText, scenarioText, summaryText, violationText } from "./report.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const PROGRESS_MILLIS = 5_000;
const SHOWN_VIOLATIONS = 3;
const LAST_SEED = 4_294_967_295;

/** Everything that a mutant changes is loaded after it was applied. */
async function openLooker({ mutant: name }: Options): Promise<Looker> {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant !== undefined) applyMutant(mutant);
  const { Looker } = await import("./one-seed.ts");
  return Looker.open();
}

async function showTrace(options: Options): Promise<number> {
  const looker = await openLooker(options);
  const look: Look = { seed: options.seed, mode: options.mode, without: options.without };
  const seen = await looker.look(look);
  say(`Seed ${options.seed}: ${scenarioText(looker.scenario(look))}`);
  for (const line of seen.lines) say(line);
  say(seen.violation === undefined ? `Ended after ${seen.steps} steps; no law was broken.` : `Broken: ${seen.violation.message}`);
  say(`SHA-256 of the timeline: ${seen.hash}`);
  return seen.violation === undefined ? 0 : 1;
}

async function mutants({ seeds, threads = availableParallelism() }: Options): Promise<number> {
  const began = performance.now();
  const all = await tryMutants({ seeds: seeds ?? MUTANT_SEEDS, threads }, (caught) => say(caughtText(caught)));
  const survivors = all.filter(({ law }) => law === undefined);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`${all.length - survivors.length} of ${all.length} mutants caught in ${seconds} s.`);
  return survivors.length === 0 ? 0 : 1;
}

function workOf(options: Options, threads: number): Parameters<typeof runPool>[0]["works"] {
  const { seed, seeds, mode, mutant } = options;
  const end = seeds === undefined ? LAST_SEED : seed + seeds;
  const used = Math.max(1, Math.min(threads, seeds ?? threads));
  return Array.from({ length: used }, (_, at) => ({ first: seed + at, step: used, end, mode, mutant, enough: SHOWN_VIOLATIONS }));
}

async function runMany(options: Options): Promise<number> {
  const { seeds, minutes, mode, mutant, threads = availableParallelism() } = options;
  if (mutant === undefined && seeds !== 1 && !(await replay(options))) return 1;
  const began = performance.now();
  const millis = (): number => performance.now() - began;
  const stop = new AbortController();
  const alarm = minutes === undefined ? undefined : setTimeout(() => stop.abort(), minutes * 60_000);
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal);
  let toldAt = 0;
  const heard = (sum: Sum): void => {
    if (millis() - toldAt < PROGRESS_MILLIS) return;
    toldAt = millis();
    tell(progressText(sum, { millis: toldAt, of: seeds }));
  };
  const sum = await runPool({ works: workOf(options, threads), heard, stop: stop.signal });
  clearTimeout(alarm);
  process.off("SIGINT", onSignal);
  say(summaryText(sum, millis()));
  await showViolations(options, sum);
  const missed = coverageText(sum, mode === undefined && mutant === undefined);
  if (missed !== undefined) say(missed);
  return sum.found.length > 0 || missed !== undefined ? 1 : 0;
}

/** The seeds that once broke a law come first. */
async function replay(options: Options): Promise<boolean> {
  const looker = await openLooker(options);
  for (const { seed, mode, found } of REGRESSIONS) {
    const { violation } = await looker.run({ seed, mode });
    if (violation === undefined) continue;
    say(`Seed ${seed} breaks a law again, as once when ${found}: ${violation.message}`);
    return false;
  }
  return true;
}

async function showViolations(options: Options, { found }: Sum): Promise<void> {
  if (found.length === 0) return;
  const looker = await openLooker(options);
  const { shrink } = await import("./shrink.ts");
  for (const { seed } of found.slice(0, SHOWN_VIOLATIONS)) {
    const look: Look = { seed, mode: options.mode, without: options.without };
    const without = await shrink(looker, look);
    const seen = await looker.look({ ...look, without });
    say(violationText(seen, { scenario: looker.scenario(look), again: commandFor(options, { seed, without }) }));
  }
}

function commandFor({ mode, mutant }: Options, { seed, without }: { readonly seed: number; readonly without: readonly number[] }): string {
  const parts = [
    "npm run simulate --",
    `--seed ${seed}`,
    ...(mode === undefined ? [] : [`--mode ${mode}`]),
    ...(mutant === undefined ? [] : [`--mutant "${mutant}"`]),
    ...(without.length === 0 ? [] : [`--without ${without.join(",")}`]),
  ];
  return `${parts.join(" ")} --trace`;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(HELP.trimEnd());
    return 0;
  }
  if (options.mutants) return mutants(options);
  return options.trace ? showTrace(options) : runMany(options);
}

try {
  process.exitCode = await main();
} catch (error) {
  tell(explain(error));
  process.exitCode = 1;
}
