import { evolve } from "../evolve.ts";
import { entryOf } from "../history.ts";
import { causeOf, sentenceOf } from "../view/timeline.ts";
import type { Taken } from "./memory.ts";
import { happen } from "./world/happen.ts";
import type { Happening } from "./world/happenings.ts";
import { firstWorld, type Model } from "./world/model.ts";
import { normalFormsOf } from "./world/normal-forms.ts";
import { NOW } from "./world/now.ts";
import type { World } from "./world/world.ts";

/** One fact of a counter-example: what came, and what followed, in plain words. */
export type StoryItem = { readonly order: number; readonly cause: string; readonly changes: readonly string[] };

/** The path told: gone once more, now with the core's own sentences. */
export function storyOf(
  model: Model,
  { path, exactly }: { readonly path: readonly Taken[]; readonly exactly: boolean },
): readonly StoryItem[] {
  const { compiled } = model;
  const forms = normalFormsOf(model, { exactly });
  let world: World = firstWorld(model);
  let surprises = 0;
  return path.flatMap(({ happening, outcome: at }, index) => {
    const before = world;
    const outcome = happen(model, world, happening)[at];
    if (outcome === undefined) return [];
    model.oracle.guards = outcome.world.guards;
    const entry = entryOf(compiled, outcome.fact);
    const { moves } = evolve(compiled, before.saga, { entry, now: NOW });
    const guards = Object.entries(outcome.world.guards).filter(([atom]) => !Object.hasOwn(before.guards, atom));
    surprises += outcome.surprise ? 1 : 0;
    world = forms(surprises).world(outcome.world);
    const assumed = guards.map(([atom, value]) => `assumed: \`${atom}\` is ${value}`);
    return [{ order: index + 1, cause: `${causeOf(entry)}${remark(happening)}`, changes: [...assumed, ...moves.map(sentenceOf)] }];
  });
}

function remark(happening: Happening): string {
  const remarks = [
    "early" in happening && happening.early ? "before its step was open" : undefined,
    "again" in happening && happening.again ? "a second time" : undefined,
    "crossed" in happening && happening.crossed ? "while the event that the step had happened is still on its way" : undefined,
  ].filter((text) => text !== undefined);
  return remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
}
