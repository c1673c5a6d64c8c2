import { hasLost } from "./world/aliases.ts";
import type { Happening } from "./world/happenings.ts";
import type { World } from "./world/world.ts";

/** One step of a path: what happened, and which of its outcomes (guards may have more than one). */
export type Taken = { readonly happening: Happening; readonly outcome: number };

/** What is remembered of every situation: how it was reached, and who leads to whom. */
export type Memory = {
  readonly ids: Map<string, number>;
  readonly parents: number[];
  readonly taken: (Taken | undefined)[];
  /** Fewest surprises that lead to it, as known so far. */
  readonly surprises: number[];
  readonly from: number[];
  readonly to: number[];
  /** 1: an ending, or where the bounds cut. */
  readonly ended: number[];
  /** 1: it was looked at. */
  readonly done: number[];
  /** Situations to be looked at, by surprises. Those looked at stay until their level is through. */
  readonly levels: { readonly id: number; readonly world: World }[][];
  /** The first breach that was met with so many surprises. */
  readonly breaches: (Breach | undefined)[];
  seen: number;
  /** See `ProofBounds.work`. */
  work: number;
};

export type Breach = { readonly what: string; readonly path: readonly Taken[] };

export function createMemory(): Memory {
  return {
    ids: new Map(),
    parents: [],
    taken: [],
    surprises: [],
    from: [],
    to: [],
    ended: [],
    done: [],
    levels: [],
    breaches: [],
    seen: 0,
    work: 0,
  };
}

export type Found = {
  readonly world: World;
  readonly key: string;
  readonly parent: number;
  readonly taken: Taken | undefined;
  readonly level: number;
};

/** Notes that a situation was reached, and has it looked at when it is new, or reached with fewer surprises than before. */
export function remember(memory: Memory, found: Found): void {
  const { world, key, parent, taken, level } = found;
  const known = memory.ids.get(key);
  const id = known ?? memory.parents.length;
  memory.from.push(parent);
  memory.to.push(id);
  if (known !== undefined && level >= (memory.surprises[known] ?? 0)) return;
  if (known === undefined) {
    memory.ids.set(key, id);
    // The events that a lost alias would have brought go elsewhere: only a person can mend that.
    memory.ended[id] = ["completed", "compensated", "declined"].includes(world.saga.status) || hasLost(world) ? 1 : 0;
    memory.done[id] = 0;
  }
  memory.parents[id] = parent;
  memory.taken[id] = taken;
  memory.surprises[id] = level;
  const queue = memory.levels[level];
  if (queue === undefined) memory.levels[level] = [{ id, world }];
  else queue.push({ id, world });
}

/** How a situation was reached. */
export function pathTo({ parents, taken }: Memory, id: number): readonly Taken[] {
  const path: Taken[] = [];
  for (let at = id; at > 0; at = parents[at] ?? 0) {
    const step = taken[at];
    if (step !== undefined) path.push(step);
  }
  return path.reverse();
}
