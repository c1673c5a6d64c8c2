import type { Said, Work } from "../run/messages.ts";
import { Violation } from "../world/violation.ts";
import { runLeaseWorld } from "./lease-world.ts";

/** Each takes about a second of real time, so they are few. */
export const LEASE_SEEDS = 3;

/** The worker's part for the mutant of the embedded group: real time, one world after the other. */
export async function runLeases(work: Work, say: (said: Said) => void): Promise<void> {
  for (let seed = work.first; seed < work.first + LEASE_SEEDS; seed++) {
    try {
      await runLeaseWorld(seed);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const found = [{ seed, law: error.law, message: error.message }];
      say({ ended: true, seeds: seed - work.first + 1, steps: 0, found, counts: [] });
      return;
    }
  }
  say({ ended: true, seeds: LEASE_SEEDS, steps: 0, found: [], counts: [] });
}
