import type { Dice } from "./dice.ts";

/** Something that waits for the scheduler. `life`: the process that hears of it; undefined for what happens in the world. */
export type Operation = {
  readonly life: Life | undefined;
  /** Shown in traces. */
  readonly label: string;
  /** Runs it. What it resolves is heard when the current turn of the event loop ends. */
  run(): void;
  /** A process that died meanwhile: whether it may still happen, since the request was sent. */
  readonly outlives: boolean;
};

/** One run of a process, from its start to its crash or stop. What it asked for outlives it; what it would be told does not. */
export class Life {
  readonly name: string;
  readonly dice: Dice;
  dead = false;
  /** Stopped by a signal that nobody can catch: it neither hears nor does anything until it wakes. */
  frozen = false;
  /** What it would hear if it were not frozen. */
  readonly unheard: Operation[] = [];

  constructor(name: string, dice: Dice) {
    this.name = name;
    this.dice = dice;
  }
}
