import { graphOf } from "../definition/check/graph.ts";
import type { Definition, StepDefinition } from "../definition/types.ts";
import type { CompiledStep } from "./compiled.ts";

/** What follows for a step from where it stands among the others. */
export type Place = Pick<CompiledStep, "dependants" | "settledFirst" | "fallbackOf" | "required" | "awaited">;

/** Works out every step's place. Tolerates circles, which the checker refuses. */
export function placesOf({ steps }: Pick<Definition, "steps">, isPivot: (step: StepDefinition) => boolean): (name: string) => Place {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const fallbackOf = new Map(steps.map(({ name }) => [name, steps.filter(({ fallback }) => fallback === name).map((step) => step.name)]));
  const primariesOf = (name: string): readonly string[] => fallbackOf.get(name) ?? [];
  const graph = graphOf(steps.map((step) => ({ name: step.name, after: dependsOn(step, byName, fallbackOf) })));
  const tolerated = toleratedIn(steps, isPivot);
  // A fallback stands for its primaries: it matters as much as they do.
  const through = (matters: (step: StepDefinition) => boolean) => {
    const asks = (name: string, seen: readonly string[] = []): boolean => {
      const step = byName.get(name);
      if (step === undefined || seen.includes(name) || !matters(step)) return false;
      const primaries = primariesOf(name);
      return primaries.length === 0 || primaries.some((primary) => asks(primary, [...seen, name]));
    };
    return asks;
  };
  const required = through(({ name, optional }) => !optional && !tolerated.has(name));
  const awaited = through(({ optional }) => !optional);
  return (name) => {
    const dependants = graph.dependants(name);
    const step = byName.get(name);
    const settledFirst =
      step !== undefined && isPivot(step)
        ? steps.map((other) => other.name).filter((other) => other !== name && !dependants.has(other) && awaited(other))
        : [];
    return { dependants, settledFirst, fallbackOf: primariesOf(name), required: required(name), awaited: awaited(name) };
  };
}

/** `after`, the fallbacks that stand for a member of it, and of a fallback its primaries. */
function dependsOn(
  { name, after }: StepDefinition,
  byName: ReadonlyMap<string, StepDefinition>,
  fallbackOf: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const found = new Set([...after, ...(fallbackOf.get(name) ?? [])]);
  for (const member of after) {
    for (let at = byName.get(member)?.fallback; at !== undefined && !found.has(at); at = byName.get(at)?.fallback) found.add(at);
  }
  return [...found];
}

/** Rule 2: members of `any` and `atLeast` joins only. A pivot always matters (rule 6). */
function toleratedIn(steps: readonly StepDefinition[], isPivot: (step: StepDefinition) => boolean): ReadonlySet<string> {
  const members = (isJoin: boolean) =>
    new Set(steps.filter(({ atLeast }) => (atLeast !== undefined) === isJoin).flatMap(({ after }) => after));
  const strict = members(false);
  const pivots = new Set(steps.filter(isPivot).map(({ name }) => name));
  return new Set([...members(true)].filter((name) => !strict.has(name) && !pivots.has(name)));
}
