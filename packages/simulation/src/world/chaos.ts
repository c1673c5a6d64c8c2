import type { Dice } from "./dice.ts";
import type { FaultKind } from "./faults.ts";
import type { Processes } from "./processes.ts";
import type { Surroundings } from "./surroundings.ts";

const KINDS: readonly FaultKind[] = [
  "crash",
  "crash",
  "zombie",
  "zombie",
  "rebalance",
  "rebalance",
  "stop",
  "copy",
  "copy",
  "garbage",
  "rollback",
];

/** Faults that strike no single call. */
export class Chaos {
  readonly #world: Surroundings;
  readonly #processes: Processes;
  readonly #dice: Dice;
  #next: number;

  constructor(world: Surroundings, { processes, dice }: { readonly processes: Processes; readonly dice: Dice }) {
    this.#world = world;
    this.#processes = processes;
    this.#dice = dice;
    this.#next = this.#pause();
  }

  #pause(): number {
    const { chaosEvery } = this.#world.scenario;
    return chaosEvery === 0 ? Number.POSITIVE_INFINITY : this.#world.scheduler.steps + this.#dice.between(1, 2 * chaosEvery);
  }

  step(): void {
    if (this.#world.scheduler.steps < this.#next) return;
    this.#next = this.#pause();
    const kind = this.#dice.pick(KINDS);
    const dice = this.#dice;
    if (!this.#world.faults.strikes(kind)) return;
    this.#world.note(kind, "chaos");
    this.#strike(kind, dice);
  }

  #strike(kind: FaultKind, dice: Dice): void {
    const { groups, majority } = this.#world;
    const processes = this.#processes;
    switch (kind) {
      case "crash":
        processes.crash(dice);
        break;
      case "zombie":
        processes.freeze(dice);
        break;
      case "stop":
        processes.stop(dice);
        break;
      case "rebalance":
        for (const group of groups.values()) group.rebalance();
        break;
      case "copy":
        this.#copy();
        break;
      case "garbage":
        this.#garbage();
        break;
      default:
        if (majority.open > 0) this.#world.count("rolled back");
        majority.rollBack();
    }
  }

  /** A producer that was not answered has sent a record twice. */
  #copy(): void {
    const { log, scenario } = this.#world;
    const partition = this.#dice.pick(
      log.all(["starts", "work", "answers", ...(scenario.stage.folds.length > 3 ? ["troupe.control"] : [])]),
    );
    const records = partition.records.filter((record) => record?.content !== undefined);
    if (records.length > 0) this.#world.append(this.#dice.pick(records)?.outbound ?? raise());
  }

  #garbage(): void {
    const topic = this.#dice.pick(["starts", "work", "answers"]);
    this.#world.append({ topic, key: `s${this.#dice.below(3)}`, value: Uint8Array.of(1, 2, 3), headers: {} });
  }
}

function raise(): never {
  throw new RangeError("a record without content was filtered out above");
}
