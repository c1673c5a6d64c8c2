import { loadStages } from "../stage/stage.ts";
import { drawScenario } from "../world/scenario.ts";
import { runWorlds } from "./batch.ts";
import type { Found, Said, Work } from "./messages.ts";

const SAY_EVERY_MILLIS = 500;

/** Runs the seeds of one worker; says now and then how far it is, and at last how it ended. */
export async function runSeeds(
  work: Work,
  { say, stopped }: { readonly say: (said: Said) => void; readonly stopped: () => boolean },
): Promise<void> {
  const stages = await loadStages();
  const counts = new Map<string, number>();
  const found: Found[] = [];
  let seed = work.first;
  let seeds = 0;
  let steps = 0;
  let saidAt = performance.now();
  const tell = (ended: boolean): void => say({ ended, seeds, steps, found, counts: ended ? [...counts] : [] });
  const next = (): Parameters<typeof runWorlds>[0] extends () => infer Options ? Options : never => {
    if (seed >= work.end || found.length >= work.enough || stopped()) return undefined;
    const options = { seed, scenario: drawScenario(seed, { stages, mode: work.mode }), counts };
    seed += work.step;
    return options;
  };
  await runWorlds(next, (outcome) => {
    seeds += 1;
    steps += outcome.steps;
    const { violation } = outcome;
    if (violation !== undefined) found.push({ seed: outcome.seed, law: violation.law, message: violation.message });
    if (performance.now() - saidAt < SAY_EVERY_MILLIS) return;
    saidAt = performance.now();
    tell(false);
  });
  tell(true);
}
