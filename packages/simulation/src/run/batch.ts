import { Violation } from "../world/violation.ts";
import { World, type WorldOptions } from "../world/world.ts";

/** How a seed ended. */
export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly violation: Violation | undefined;
  readonly struck: World["faults"]["struck"];
};

/** Worlds that are run side by side, so that one turn of the event loop serves many. */
const SIDE_BY_SIDE = 16;

/**
 * Runs worlds to their end. `next` gives another one, or undefined when there is none. Between two steps of a world the
 * event loop turns once, so that everything the step caused has happened; worlds do not see each other.
 */
export async function runWorlds(next: () => WorldOptions | undefined, ended: (outcome: Outcome) => void): Promise<void> {
  const worlds: World[] = [];
  const fill = (): void => {
    while (worlds.length < SIDE_BY_SIDE) {
      const options = next();
      if (options === undefined) return;
      worlds.push(new World(options));
    }
  };
  fill();
  while (worlds.length > 0) {
    await turn();
    for (let at = worlds.length - 1; at >= 0; at--) {
      const world = worlds[at];
      if (world === undefined) continue;
      const outcome = stepOf(world);
      if (outcome === undefined) continue;
      ended(outcome);
      const last = worlds.pop();
      if (last !== undefined && at < worlds.length) worlds[at] = last;
    }
    fill();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function stepOf(world: World): Outcome | undefined {
  const { seed, scheduler, faults } = world;
  try {
    if (!world.step()) return undefined;
    return { seed, steps: scheduler.steps, violation: undefined, struck: faults.struck };
  } catch (error) {
    const violation = error instanceof Violation ? error : new Violation("the code", String(error instanceof Error ? error.stack : error));
    return { seed, steps: scheduler.steps, violation, struck: faults.struck };
  }
}
