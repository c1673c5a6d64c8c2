import { parentPort, workerData } from "node:worker_threads";
import { applyMutant } from "../mutants/apply-mutant.ts";
import { MUTANTS } from "../mutants/list.ts";
import type { Said, Work } from "./messages.ts";

/*
 * A thread that runs worlds. Everything that a mutant may change is loaded after the mutant was applied.
 */
const work = workerData as Work; // the pool sends nothing else
const mutant = MUTANTS.find(({ name }) => name === work.mutant);
if (mutant !== undefined) applyMutant(mutant);
const say = (said: Said): void => parentPort?.postMessage(said);
let stopped = false;
parentPort?.on("message", () => {
  stopped = true;
});
if (mutant?.on === "embedded") {
  const { runLeases } = await import("../mutants/run-leases.ts");
  await runLeases(work, say);
} else {
  const { runSeeds } = await import("./run-seeds.ts");
  await runSeeds(work, { say, stopped: () => stopped });
}
parentPort?.close();
