import type { StepDefinition } from "../types.ts";

/** Who comes after whom, transitively. A cycle does no harm here: its members come before themselves. */
export type StepGraph = {
  /** Steps that must be settled before this one opens, directly or not. */
  readonly before: (step: string) => ReadonlySet<string>;
  /** Steps that depend on this one, directly or not: rule 3 undoes them first. */
  readonly dependants: (step: string) => ReadonlySet<string>;
};

const NOBODY: ReadonlySet<string> = new Set();

export function graphOf(steps: readonly Pick<StepDefinition, "name" | "after">[]): StepGraph {
  const after = new Map(steps.map(({ name, after: names }) => [name, names]));
  const before = new Map(steps.map(({ name }) => [name, reachable(name, after)]));
  const dependants = new Map(
    steps.map(({ name }) => [name, new Set(steps.flatMap((other) => (before.get(other.name)?.has(name) ? [other.name] : [])))]),
  );
  return { before: (step) => before.get(step) ?? NOBODY, dependants: (step) => dependants.get(step) ?? NOBODY };
}

function reachable(from: string, after: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of after.get(name) ?? []) if (!found.has(next) && found.add(next)) open.push(next);
  }
  return found;
}
