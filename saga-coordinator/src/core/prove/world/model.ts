import type { ChildContract, CompiledDefinition } from "../../compile/compiled.ts";
import {
  type Answer,
  type Definition,
  eventsOf,
  type KnownEvent,
  kindOf,
  type StepDefinition,
  type StepKind,
} from "../../definition/types.ts";
import type { react } from "../../react.ts";
import { emptyState } from "../../state.ts";
import type { ProofBounds } from "../bounds.ts";
import type { Oracle } from "./oracle.ts";
import type { World } from "./world.ts";

/** What a proof knows of a step: worked out from the definition alone, so that a mistake of the core can't hide in it. */
export type StepModel = {
  readonly step: StepDefinition;
  readonly kind: StepKind;
  readonly isPivot: boolean;
  readonly undone: readonly Answer[];
  readonly undoFailed: readonly Answer[];
  readonly hasUndo: boolean;
  /** It says that there is nothing to undo, or there is nothing to do: it stands outside the guarantee. */
  readonly outside: boolean;
  /** Steps that depend on it by `after` or as a fallback, directly or not. */
  readonly dependants: ReadonlySet<string>;
  /** After a pivot, directly or not. */
  readonly beyondPivot: boolean;
  /** A saga may complete without it: optional, tolerated by the joins that it is in, or a fallback or with one. */
  readonly dispensable: boolean;
  /** Its done and its undone come on the same topic, so in the order in which they were said. */
  readonly ordered: boolean;
};

export type Model = {
  readonly definition: Definition;
  /** With the oracle in its expressions. */
  readonly compiled: CompiledDefinition;
  readonly events: ReadonlyMap<string, KnownEvent>;
  readonly steps: readonly StepModel[];
  readonly stepByName: ReadonlyMap<string, StepModel>;
  readonly oracle: Oracle;
  readonly bounds: ProofBounds;
  readonly react: typeof react;
};

type Known = { readonly events: readonly KnownEvent[]; readonly children: ReadonlyMap<string, ChildContract> };

export function stepModels(definition: Definition, { events, children }: Known): readonly StepModel[] {
  const dependsOn = new Map(definition.steps.map((step) => [step.name, directlyBefore(step, definition)]));
  const before = new Map(definition.steps.map(({ name }) => [name, closure(name, dependsOn)]));
  const topicOf = new Map(events.map(({ name, topic }) => [name, topic]));
  // A child with a pivot makes the step a pivot.
  const hasPivot = (step: StepDefinition): boolean =>
    step.pivot || (step.child !== undefined && children.get(step.child.saga)?.hasPivot === true);
  const pivots = definition.steps.filter(hasPivot).map(({ name }) => name);
  return definition.steps.map((step) => {
    const { name, compensate } = step;
    const isPivot = hasPivot(step);
    const undo = compensate?.kind === "undo" ? compensate : undefined;
    const topics = new Set([...eventsOf(step.done), ...eventsOf(undo?.done ?? [])].map((event) => topicOf.get(event) ?? event));
    const kind = kindOf(step);
    return {
      step,
      kind,
      isPivot,
      undone: undo?.done ?? [],
      undoFailed: undo?.failed ?? [],
      hasUndo: undo !== undefined || (kind === "saga" && !isPivot && compensate?.kind !== "none"),
      outside: compensate?.kind === "none" || kind === "wait",
      dependants: new Set([...before].flatMap(([other, names]) => (names.has(name) ? [other] : []))),
      beyondPivot: pivots.some((pivot) => before.get(name)?.has(pivot)),
      dispensable: isDispensable(step, definition),
      ordered: topics.size === 1,
    };
  });
}

function isDispensable({ name, optional, fallback }: StepDefinition, { steps }: Definition): boolean {
  if (optional || fallback !== undefined || steps.some((other) => other.fallback === name)) return true;
  const followers = steps.filter(({ after }) => after.includes(name));
  return followers.length > 0 && followers.every(({ atLeast }) => atLeast !== undefined);
}

/** Whoever has to be undone after it: what it comes after, the fallbacks of these, and the primary that it stands in for. */
function directlyBefore({ name, after }: StepDefinition, { steps }: Definition): readonly string[] {
  const fallbacks = steps.flatMap((other) => (other.fallback !== undefined && after.includes(other.name) ? [other.fallback] : []));
  const primaries = steps.filter(({ fallback }) => fallback === name).map((primary) => primary.name);
  return [...after, ...fallbacks, ...primaries];
}

function closure(from: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of edges.get(name) ?? []) if (!found.has(next) && found.add(next)) open.push(next);
  }
  return found;
}

/** Nothing has happened yet. */
export function firstWorld({ definition, compiled }: Pick<Model, "definition" | "compiled">): World {
  const saga = emptyState({ tenant: "default", id: "saga", definition: definition.saga, version: compiled.version });
  return { saga, participants: {}, guards: {}, aliases: {} };
}
