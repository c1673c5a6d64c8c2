import type { StepDefinition } from "../../definition/types.ts";

/** Which steps have a result for certain, seen from where it is read. */
export type Certainty = {
  /** When the step opens. */
  readonly atOpening: (step: string) => ReadonlySet<string>;
  /** When the saga completes. */
  readonly atEnd: ReadonlySet<string>;
  /** Why a step may have none: the end of "which ...". Undefined: it has one once it has been passed. */
  readonly whyUnsure: (step: string) => string | undefined;
};

const NONE: ReadonlySet<string> = new Set();

/** Works out what is done on every path. Tolerates circles and names that are no step, which the checker refuses. */
export function certaintyOf(steps: readonly StepDefinition[]): Certainty {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const primaries = new Map(steps.map(({ name }) => [name, steps.filter(({ fallback }) => fallback === name)]));
  const prunable = prunableIn(byName);
  const whyUnsure = (name: string): string | undefined => {
    const step = byName.get(name);
    if (step === undefined) return "is no step";
    if ((primaries.get(name)?.length ?? 0) > 0) return "is a fallback";
    return reasonOf(step) ?? (prunable(name) ? "comes after a choice that may not be taken" : undefined);
  };
  const known = new Map<string, ReadonlySet<string>>();
  const atOpening = (name: string): ReadonlySet<string> => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, NONE); // a circle comes back here
    const step = byName.get(name);
    const through = (other: string): ReadonlySet<string> =>
      new Set([...(whyUnsure(other) === undefined ? [other] : []), ...atOpening(other)]);
    const own = step === undefined ? NONE : shared(step.after.map(through), step.atLeast ?? step.after.length);
    const instead = primaries.get(name) ?? [];
    const found =
      instead.length === 0
        ? own
        : new Set([
            ...own,
            ...shared(
              instead.map((primary) => atOpening(primary.name)),
              1,
            ),
          ]);
    known.set(name, found);
    return found;
  };
  const tolerated = toleratedIn(steps);
  const atEnd = new Set(steps.map(({ name }) => name).filter((name) => whyUnsure(name) === undefined && !tolerated.has(name)));
  return { atOpening, atEnd, whyUnsure };
}

function reasonOf({ optional, if: guard, choice, fallback }: StepDefinition): string | undefined {
  if (optional) return "is optional";
  if (choice !== undefined) return `is one way of the choice ${choice}`;
  if (guard !== undefined) return "is skipped when its `if` is false";
  return fallback === undefined ? undefined : `may be replaced by its fallback ${fallback}`;
}

/** What is in enough of the sets that any `needed` of them show it: in all of one, in every one of any. */
function shared(sets: readonly ReadonlySet<string>[], needed: number): ReadonlySet<string> {
  const enough = sets.length - needed + 1;
  const all = new Set(sets.flatMap((set) => [...set]));
  return new Set([...all].filter((name) => sets.filter((set) => set.has(name)).length >= enough));
}

/** Rule 11: a choice's alternatives, and what comes after such only. */
function prunableIn(byName: ReadonlyMap<string, StepDefinition>): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const prunable = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, false);
    const step = byName.get(name);
    const found = step !== undefined && (step.choice !== undefined || (step.after.length > 0 && step.after.every(prunable)));
    known.set(name, found);
    return found;
  };
  return prunable;
}

/** Rule 2: members of `any` and `atLeast` joins only, which may fail. */
export function toleratedIn(steps: readonly StepDefinition[]): ReadonlySet<string> {
  const members = (isJoin: boolean) =>
    new Set(steps.filter(({ atLeast }) => (atLeast !== undefined) === isJoin).flatMap(({ after }) => after));
  const strict = members(false);
  return new Set([...members(true)].filter((name) => !strict.has(name)));
}
