import { runPool } from "../run/pool.ts";
import { MUTANTS, type Mutant } from "./list.ts";

export type Caught = { readonly name: string; readonly seeds: number; readonly law: string | undefined; readonly message: string };

/** Seeds within which each mutant must be caught. */
export const MUTANT_SEEDS = 10_000;

/** Tries every mutant, a few at once, each until its first violation. `heard`: after each. */
export async function tryMutants(
  { seeds, threads }: { readonly seeds: number; readonly threads: number },
  heard: (caught: Caught) => void,
): Promise<readonly Caught[]> {
  const waiting: Mutant[] = [...MUTANTS];
  const all: Caught[] = [];
  const serve = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const caught = await tryMutant(mutant, seeds);
      all.push(caught);
      heard(caught);
    }
  };
  await Promise.all(Array.from({ length: threads }, serve));
  return all;
}

async function tryMutant({ name, mode }: Mutant, seeds: number): Promise<Caught> {
  const work = { first: 1, step: 1, end: 1 + seeds, mode, mutant: name, enough: 1 };
  const sum = await runPool({ works: [work] });
  const [found] = sum.found;
  return { name, seeds: found?.seed ?? sum.seeds, law: found?.law, message: found?.message ?? "not noticed" };
}

export function caughtText({ name, seeds, law, message }: Caught): string {
  return law === undefined
    ? `SURVIVED ${name}: not noticed in ${seeds} seeds`
    : `${name}: caught by seed ${seeds}. ${message.slice(0, 160)}`;
}
