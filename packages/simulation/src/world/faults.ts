import type { Dice } from "./dice.ts";

/** Kinds of faults, by what they do. The names stand in traces and in the coverage table. */
export type FaultKind =
  | "crash"
  | "zombie"
  | "rebalance"
  | "stop"
  | "request lost"
  | "reply lost"
  | "reply late"
  | "arrives late"
  | "partial bulk"
  | "rollback"
  | "copy"
  | "garbage"
  | "long pause"
  | "slow partition";

/**
 * Decides which faults strike. Every fault that the seed draws has a number; one whose number is in `without` is drawn
 * and does not strike, so that a schedule can be shrunk without moving what is drawn after it.
 */
export class Faults {
  /** Probability that one call to a port goes wrong. */
  rate: number;
  /** False from the moment that the world is healed. */
  active = true;
  readonly struck: Array<{ readonly number: number; readonly kind: FaultKind }> = [];
  readonly #dice: Dice;
  readonly #without: ReadonlySet<number>;
  #drawn = 0;

  constructor(dice: Dice, options: { readonly rate: number; readonly without: ReadonlySet<number> }) {
    this.#dice = dice;
    this.rate = options.rate;
    this.#without = options.without;
  }

  /** What goes wrong with one call; undefined when nothing does. */
  ofCall(kinds: readonly FaultKind[]): FaultKind | undefined {
    if (!this.active || kinds.length === 0 || !this.#dice.chance(this.rate)) return undefined;
    const kind = this.#dice.pick(kinds);
    return this.strikes(kind) ? kind : undefined;
  }

  /** Whether a fault that was drawn strikes. */
  strikes(kind: FaultKind): boolean {
    const number = this.#drawn++;
    if (!this.active || this.#without.has(number)) return false;
    this.struck.push({ number, kind });
    return true;
  }
}
