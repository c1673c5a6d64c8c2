import { type Cuts, workOf } from "./bounds.ts";
import { breachOf } from "./judge/properties.ts";
import { type Breach, createMemory, type Memory, pathTo, remember, type Taken } from "./memory.ts";
import { happen, type Outcome } from "./world/happen.ts";
import { happeningsIn } from "./world/happenings.ts";
import { firstWorld, type Model } from "./world/model.ts";
import { type NormalFormsBySurprises, normalFormsOf } from "./world/normal-forms.ts";
import type { World } from "./world/world.ts";

export type Explored = {
  readonly states: number;
  readonly transitions: number;
  /** Every path with at most that many surprises was looked at; -1: not even those without. */
  readonly surprises: number;
  /** A shortest way to something that must not be, among those with the fewest surprises. */
  readonly breach: Breach | undefined;
  readonly endings: Endings;
  /** Steps that were done on some path. */
  readonly done: ReadonlySet<string>;
  readonly cuts: Cuts;
  /** Whether paths without surprises were told apart by the order of independent steps. */
  readonly exactly: boolean;
};
export type Endings = { readonly completed: number; readonly compensated: number; readonly stuck: number };

/** Looks at the paths without surprises in every order of independent steps, unless there are too many of them. */
export function explore(model: Model): Explored {
  const exact = exploreIn(model, { exactly: true, limit: Math.min(model.bounds.orders, model.bounds.states) });
  if (exact.breach !== undefined || exact.surprises >= 0) return exact;
  const reduced = exploreIn(model, { exactly: false, limit: model.bounds.states });
  reduced.cuts.add("orders");
  return reduced;
}

/**
 * Breadth first, one number of surprises after the other: a situation is looked at once, with as few surprises as lead
 * to it, since whatever follows with more follows with fewer too.
 */
function exploreIn(model: Model, { exactly, limit }: { exactly: boolean; limit: number }): Explored {
  const cuts: Cuts = new Set();
  const memory = createMemory();
  const forms = normalFormsOf(model, { exactly });
  const endings = { completed: 0, compensated: 0, stuck: 0 };
  const done = new Set<string>();
  const first = firstWorld(model);
  remember(memory, { world: first, key: forms(0).key(first), parent: -1, taken: undefined, level: 0 });
  const report = (breach: Breach | undefined, level: number): Explored => {
    return { states: memory.seen, transitions: memory.to.length, surprises: level, breach, endings, done, cuts, exactly };
  };
  for (let level = 0; level <= model.bounds.surprises; level++) {
    const known = memory.breaches[level];
    if (known !== undefined) return report(known, level - 1);
    for (const found of memory.levels[level] ?? []) {
      if (memory.done[found.id] === 1) continue;
      if (memory.seen >= (level === 0 ? limit : model.bounds.states)) {
        cuts.add("states");
        return report(undefined, level - 1);
      }
      memory.done[found.id] = 1;
      memory.seen += 1;
      count({ endings, done }, found.world);
      const breach = expand(model, memory, { ...found, level, cuts, forms });
      if (breach !== undefined || cuts.has("work")) return report(breach, level - 1);
    }
    memory.levels[level] = [];
  }
  return report(lastBreach(model, memory, { endings, done }), model.bounds.surprises);
}

/** What shows only when every path was looked at. */
function lastBreach(model: Model, memory: Memory, tally: Tally): Breach | undefined {
  return hopeless(memory) ?? completeless(model, tally);
}

/** It may end in every way but the one that it is for: then most of it was never looked at. */
function completeless({ steps }: Model, { endings, done }: Tally): Breach | undefined {
  if (endings.completed > 0) return undefined;
  const never = steps.flatMap(({ step: { name } }) => (done.has(name) ? [] : [name]));
  const which = never.length === 0 ? "" : `; on none of them was done: ${never.join(", ")}`;
  return { what: `completion was never reached: no path completes the saga${which}`, path: [] };
}

type Tally = { readonly endings: { completed: number; compensated: number; stuck: number }; readonly done: Set<string> };

function count({ endings, done }: Tally, { saga }: World): void {
  for (const [name, { status }] of Object.entries(saga.steps)) if (status === "done") done.add(name);
  if (saga.stuck !== undefined) endings.stuck++;
  else if (saga.status === "completed") endings.completed++;
  else if (saga.status === "compensated") endings.compensated++;
}

type At = {
  readonly world: World;
  readonly id: number;
  readonly level: number;
  readonly cuts: Cuts;
  readonly forms: NormalFormsBySurprises;
};

function expand(model: Model, memory: Memory, at: At): Breach | undefined {
  for (const happening of happeningsIn(model, at.world)) {
    memory.work += workOf(model.steps.length);
    if (memory.work > model.bounds.work) at.cuts.add("work");
    if (at.cuts.has("work")) return undefined;
    for (const [index, outcome] of happen(model, at.world, happening).entries()) {
      const breach = visit(model, memory, { at, outcome, taken: { happening, outcome: index } });
      if (breach !== undefined) return breach;
    }
  }
  return undefined;
}

type Visit = { readonly at: At; readonly outcome: Outcome; readonly taken: Taken };

/** Judges one outcome and notes where it leads. A breach on this level is returned; one with more surprises waits for its turn. */
function visit(model: Model, memory: Memory, { at, outcome, taken }: Visit): Breach | undefined {
  const { world, id, level, cuts, forms } = at;
  const next = level + (outcome.surprise ? 1 : 0);
  if (next > model.bounds.surprises) {
    cuts.add("surprises");
    // Where a request that is sent again leads is not looked at; other surprises are not needed for an ending.
    if (taken.happening.kind === "timer") memory.ended[id] = 1;
    return undefined;
  }
  const what = breachOf(model, world, outcome);
  if (what !== undefined) {
    const breach = { what, path: [...pathTo(memory, id), taken] };
    if (next === level) return breach;
    memory.breaches[next] ??= breach;
    return undefined;
  }
  if (outcome.world === world) return undefined; // it changed nothing
  const form = forms(next);
  const normal = form.world(outcome.world);
  remember(memory, { world: normal, key: form.key(normal), parent: id, taken, level: next });
  return undefined;
}

/** A situation from which no ending can be reached, whoever answers: found backwards from the endings. */
function hopeless(memory: Memory): Breach | undefined {
  const { ended, from, to, done } = memory;
  const hopeful = Uint8Array.from(ended);
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = to.length - 1; at >= 0; at--) {
      const [source = -1, target = 0] = [from[at], to[at]];
      if (source < 0 || hopeful[source] === 1 || (hopeful[target] !== 1 && done[target] === 1)) continue;
      hopeful[source] = 1;
      changed = true;
    }
  }
  const lost = hopeful.findIndex((hope, id) => hope === 0 && done[id] === 1);
  return lost < 0 ? undefined : { what: "from here no ending can be reached any more, whoever answers", path: pathTo(memory, lost) };
}
