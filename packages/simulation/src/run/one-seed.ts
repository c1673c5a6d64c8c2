import { createHash } from "node:crypto";
import { loadStages, type Stage } from "../stage/stage.ts";
import { drawScenario, type Mode, type Scenario } from "../world/scenario.ts";
import { type Outcome, runWorlds } from "./batch.ts";

/** One seed, looked at closely. */
export type Look = { readonly seed: number; readonly mode: Mode | undefined; readonly without?: Iterable<number> };
export type Seen = Outcome & { readonly lines: readonly string[]; readonly hash: string };

/** Runs single seeds with their whole timeline. */
export class Looker {
  readonly #stages: readonly Stage[];

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  static async open(): Promise<Looker> {
    return new Looker(await loadStages());
  }

  scenario({ seed, mode }: Look): Scenario {
    return drawScenario(seed, { stages: this.#stages, mode });
  }

  /** How it ends, every line of what happened, and their SHA-256. */
  async look(look: Look): Promise<Seen> {
    const lines: string[] = [];
    const outcome = await this.#run(look, (line) => void lines.push(line));
    return { ...outcome, lines, hash: createHash("sha256").update(lines.join("\n")).digest("hex") };
  }

  /** How it ends. */
  run(look: Look): Promise<Outcome> {
    return this.#run(look, undefined);
  }

  async #run(look: Look, trace: ((line: string) => void) | undefined): Promise<Outcome> {
    const scenario = this.scenario(look);
    const options = { seed: look.seed, scenario, without: new Set(look.without ?? []), counts: new Map<string, number>() };
    const todo = [{ ...options, ...(trace === undefined ? {} : { trace }) }];
    const outcomes: Outcome[] = [];
    await runWorlds(
      () => todo.pop(),
      (outcome) => void outcomes.push(outcome),
    );
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error(`seed ${look.seed} did not run`);
    return outcome;
  }
}
