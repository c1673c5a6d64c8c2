import { type Clock, explain, type Log, TroupeError } from "@troupe/kernel";
import { processTick, type TickResult } from "./process-tick.ts";
import type { TickEnvironment } from "./tick-environment.ts";
import type { BatchInput, Input } from "./work-item.ts";

/** Attempts of a tick after which those who wait for it are told that it takes longer: about a second. */
const PATIENT_ATTEMPTS = 3;
const LONGEST_PAUSE_MILLIS = 2_000;
/** How long batches are left alone before it is asked again whether there is room for them. */
const CONGESTED_MILLIS = 20;

export type TickLoopOptions = {
  readonly owner: string;
  readonly environment: TickEnvironment;
  readonly clock: Clock;
  readonly log: Log;
  /** Why no new batch should be taken on for now; facts and timers go on, since they are what makes room. */
  readonly congestion: () => string | undefined;
  /** Everything of these inputs is durable. */
  readonly onDurable: (inputs: readonly Input[], result: TickResult) => void;
};

/**
 * Feeds batches, submitted facts and due timers through one tick at a time. While a tick is under way the next one
 * gathers: small batches when quiet, large ones under load. That is group commit without a timer.
 */
export class TickLoop {
  readonly #options: TickLoopOptions;
  readonly #stopping: AbortSignal;
  #inputs: Input[] = [];
  #running: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(options: TickLoopOptions) {
    this.#options = options;
    this.#stopping = options.environment.stopping;
  }

  /** Why ticks do not succeed at the moment; undefined when they do. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  feed(input: Input): void {
    if (this.#stopping.aborted) {
      if (input.kind === "fact") input.waiter.reject(stoppingError());
      return;
    }
    this.#inputs.push(input);
    this.#running ??= this.#run();
  }

  /** Batches that will be read again by whoever has their partition now. */
  dropBatches(where: (input: BatchInput) => boolean): void {
    this.#inputs = this.#inputs.filter((input) => input.kind !== "batch" || !where(input));
  }

  /** After the stopping signal: resolves when the tick under way is over and nobody waits any more. */
  async stopped(): Promise<void> {
    await this.#running;
    this.#tellWaiting(this.#inputs, stoppingError());
    this.#inputs = [];
  }

  async #run(): Promise<void> {
    await null; // lets everything that was fed in this turn join the first tick
    while (this.#inputs.length > 0 && !this.#stopping.aborted) {
      const inputs = this.#take();
      if (inputs.length === 0) await this.#options.clock.sleep(CONGESTED_MILLIS, this.#stopping);
      else await this.#tickUntilDurable(inputs);
    }
    this.#running = undefined;
  }

  #take(): readonly Input[] {
    const inputs = this.#inputs;
    const congested = this.#options.congestion() !== undefined;
    this.#inputs = congested ? inputs.filter(({ kind }) => kind === "batch") : [];
    return congested ? inputs.filter(({ kind }) => kind !== "batch") : inputs;
  }

  async #tickUntilDurable(inputs: readonly Input[]): Promise<void> {
    for (let attempt = 1; !this.#stopping.aborted; attempt++) {
      try {
        const result = await processTick(inputs, this.#options.environment);
        this.#trouble = undefined;
        return this.#options.onDurable(inputs, result);
      } catch (error) {
        await this.#failed(inputs, { error, attempt });
      }
    }
    this.#tellWaiting(inputs, stoppingError());
  }

  async #failed(inputs: readonly Input[], { error, attempt }: { readonly error: unknown; readonly attempt: number }): Promise<void> {
    const { environment, owner, log, clock } = this.#options;
    environment.cache.clear();
    if (this.#stopping.aborted) return;
    if (this.#trouble === undefined) log.warn({ role: owner }, `${owner} waits: ${explain(error)}`);
    this.#trouble = explain(error);
    // The facts stay, also those that queue behind this tick: they are folded once the store answers. Whoever sent them may
    // ask again under the same key.
    if (attempt >= PATIENT_ATTEMPTS)
      this.#tellWaiting([...inputs, ...this.#inputs], new TroupeError("NOT_READY", { reason: explain(error) }));
    await clock.sleep(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MILLIS), this.#stopping);
  }

  #tellWaiting(inputs: readonly Input[], error: TroupeError): void {
    for (const input of inputs) if (input.kind === "fact") input.waiter.reject(error);
  }
}

export const stoppingError = (): TroupeError => new TroupeError("NOT_READY", { reason: "the process is stopping" });
