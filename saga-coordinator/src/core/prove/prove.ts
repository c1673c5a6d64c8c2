import type { Ids } from "@troupe/kernel";
import { compileDefinition } from "../compile/compile-definition.ts";
import type { CompiledDefinition } from "../compile/compiled.ts";
import type { Definition, KnownEvent } from "../definition/types.ts";
import { react } from "../react.ts";
import { type CutBound, cutSentence, DEFAULT_BOUNDS, type ProofBounds } from "./bounds.ts";
import { childContractsOf } from "./children.ts";
import { type Explored, explore } from "./explore.ts";
import { type StoryItem, storyOf } from "./story.ts";
import { rootTypes } from "./world/choices.ts";
import { type Model, stepModels } from "./world/model.ts";
import { abstractDefinition, createOracle } from "./world/oracle.ts";

export type ProofOptions = {
  readonly ids: Ids;
  /** For the order within a topic; without it every event has a topic of its own. */
  readonly events?: readonly KnownEvent[];
  /** The other definitions, for sub-sagas; each is a participant here, and proved by itself. */
  readonly sagas?: readonly Definition[];
  readonly bounds?: Partial<ProofBounds>;
  /** Another core, and what is changed in the compiled definition: how a test plants a mistake that no definition can express. */
  readonly react?: typeof react;
  readonly change?: (definition: CompiledDefinition) => CompiledDefinition;
};

export type Proof = {
  readonly saga: string;
  /** `proved`: within the bounds. `refuted`: there is a counter-example, or no path completes (then its timeline is empty). `unfinished`: a bound on states or work cut the search. */
  readonly verdict: "proved" | "refuted" | "unfinished";
  readonly sentence: string;
  readonly states: number;
  readonly transitions: number;
  /** Every path with at most that many surprises was looked at. */
  readonly surprises: number;
  /** In how many of the states a saga was completed, compensated or stuck. */
  readonly endings: Explored["endings"];
  /** Steps that were done on none of the paths: what follows from them was not looked at. */
  readonly neverDone: readonly string[];
  readonly bounds: ProofBounds;
  /** Bounds that cut something off, each as a sentence. */
  readonly cuts: readonly { readonly bound: CutBound; readonly sentence: string }[];
  readonly counterExample: { readonly what: string; readonly timeline: readonly StoryItem[] } | undefined;
};

/**
 * Explores a definition with an abstract world around the real core: every step may succeed, fail, stay silent, succeed
 * early or late or answer twice, every undo likewise, deadlines come at any moment, events of different topics in any
 * order. Synchronous; takes as long as there are states, at most `bounds.states`, and `bounds.work`. `definition` need not have passed the
 * checker; an expression that does not parse throws DEFINITION_INVALID.
 */
export function prove(definition: Definition, options: ProofOptions): Proof {
  const model = modelOf(definition, options);
  const explored = explore(model);
  const { states, transitions, surprises, endings, breach, cuts } = explored;
  const verdict = breach !== undefined ? "refuted" : surprises < 0 ? "unfinished" : "proved";
  const neverDone = definition.steps.map(({ name }) => name).filter((name) => !explored.done.has(name));
  return {
    saga: definition.saga,
    verdict,
    sentence: sentenceOf(verdict, explored),
    states,
    transitions,
    surprises,
    endings,
    neverDone,
    bounds: model.bounds,
    cuts: [...cuts].sort().map((bound) => ({ bound, sentence: cutSentence(bound, model.bounds, surprises) })),
    counterExample:
      breach === undefined ? undefined : { what: breach.what, timeline: storyOf(model, { path: breach.path, exactly: explored.exactly }) },
  };
}

function modelOf(definition: Definition, options: ProofOptions): Model {
  const { ids, events = [], sagas = [], bounds: given, react: core = react, change = (same) => same } = options;
  const bounds = { ...DEFAULT_BOUNDS, ...given };
  const oracle = createOracle();
  const children = childContractsOf(definition, { sagas, ids, events });
  const compiled = change(compileDefinition(definition, { version: 1, ids, events, children }));
  const steps = stepModels(definition, { events, children });
  return {
    definition,
    compiled: abstractDefinition(compiled, { oracle, bounds, types: rootTypes(definition, events) }),
    events: new Map(events.map((event) => [event.name, event])),
    steps,
    stepByName: new Map(steps.map((step) => [step.step.name, step])),
    oracle,
    bounds,
    react: core,
  };
}

function sentenceOf(verdict: Proof["verdict"], { breach }: Explored): string {
  if (breach !== undefined) return `not every path is sound: ${breach.what}`;
  const claim = "every path ends by rule 13 with net effect 1 or 0 in the order of rule 3";
  return verdict === "proved" ? claim : `no path that was looked at breaks a rule, but not all were: ${claim} is not shown`;
}
