import type { Look, Looker } from "./one-seed.ts";

/** Runs that shrinking may take. */
const PATIENCE = 150;

/**
 * Leaves out faults of a schedule as long as the same law is broken: halves first, then smaller parts, then single ones
 * (delta debugging, Zeller and Hildebrandt 2002). Returns the numbers of all that can be left out.
 */
export async function shrink(looker: Looker, look: Look): Promise<readonly number[]> {
  const first = await looker.run(look);
  const law = first.violation?.law;
  let kept = first.struck.map(({ number }) => number);
  const left = new Set<number>(look.without ?? []);
  let runs = 0;
  for (let size = kept.length; size >= 1 && runs < PATIENCE; size = Math.floor(size / 2)) {
    for (let at = 0; at < kept.length && runs < PATIENCE; ) {
      const part = kept.slice(at, at + size);
      const without = [...left, ...part];
      const { violation, struck } = await looker.run({ ...look, without });
      runs += 1;
      if (violation?.law !== law) {
        at += size;
        continue;
      }
      for (const number of part) left.add(number);
      kept = struck.map(({ number }) => number); // another schedule may draw other faults
      at = 0;
    }
  }
  return [...left].sort((a, b) => a - b);
}
