import type { Dice } from "./dice.ts";
import type { Operation } from "./life.ts";

type Sleeper = { readonly at: number; readonly order: number; readonly operation: Operation; readonly signal: AbortSignal | undefined };

/** How far one step may move time while something else waits. */
const NEAR_MILLIS = 400;

/**
 * Owns every await of a world: whatever a port is asked for waits here until it is picked. One pick is one step; between
 * two steps everything that a step caused runs to its next await.
 */
export class Scheduler {
  /** Milliseconds since the epoch. */
  now = 1_700_000_000_000;
  steps = 0;
  readonly #dice: Dice;
  readonly #ready: Operation[] = [];
  /** A binary heap by time, then order. */
  readonly #sleepers: Sleeper[] = [];
  #order = 0;
  /** Probability that time passes although something is ready. */
  haste = 0;
  trace: ((line: string) => void) | undefined;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  add(operation: Operation): void {
    this.#ready.push(operation);
  }

  /** Runs it `millis` from now, or as soon as the signal was aborted and nothing else is ready. */
  addLater(millis: number, operation: Operation, signal?: AbortSignal): void {
    this.#push({ at: this.now + Math.max(0, millis), order: this.#order++, operation, signal });
  }

  get idle(): boolean {
    return this.#ready.length === 0;
  }

  /** Nothing waits and nobody sleeps. */
  get exhausted(): boolean {
    return this.idle && this.#sleepers.length === 0;
  }

  /** Sleepers whose signal was aborted wake. */
  wakeAborted(): void {
    for (const sleeper of this.#sleepers) {
      if (sleeper.signal?.aborted === true) this.add(sleeper.operation);
    }
    const rest = this.#sleepers.filter(({ signal }) => signal?.aborted !== true);
    this.#sleepers.length = 0;
    for (const sleeper of rest) this.#push(sleeper);
  }

  /** One step. */
  step(): void {
    this.steps += 1;
    const operation = this.#take();
    if (operation === undefined) return;
    const { life } = operation;
    if (life?.dead === true && !(operation.outlives && this.#dice.oneIn(2))) return;
    if (life?.frozen === true && !(operation.outlives && this.#dice.oneIn(2))) {
      life.unheard.push(operation);
      return;
    }
    this.trace?.(`${life?.name ?? "world"}: ${operation.label}`);
    operation.run();
  }

  #take(): Operation | undefined {
    const ready = this.#ready;
    const sleeper = this.#sleepers[0];
    const count = ready.length;
    if (sleeper !== undefined && (count === 0 || (this.#dice.chance(this.haste) && sleeper.at <= this.now + NEAR_MILLIS))) {
      return this.#wake();
    }
    if (count === 0) return undefined;
    const at = count === 1 ? 0 : this.#dice.below(count);
    const operation = ready[at];
    const last = ready.pop();
    if (at < count - 1 && last !== undefined) ready[at] = last;
    this.now += this.#dice.bits() & 1;
    return operation;
  }

  #wake(): Operation | undefined {
    const [sleeper] = this.#sleepers;
    const last = this.#sleepers.pop();
    if (sleeper === undefined || last === undefined) return undefined;
    if (this.#sleepers.length > 0) this.#sink(last);
    if (sleeper.at > this.now) this.now = sleeper.at;
    return sleeper.operation;
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let at = heap.length;
    heap.push(sleeper);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, sleeper)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = sleeper;
  }

  #sink(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(sleeper, child)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = sleeper;
  }
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
