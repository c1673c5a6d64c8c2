import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

export type Driven = { readonly ended: number; readonly seconds: number; readonly latency: RecordableHistogram };

export type LoopParts = {
  readonly idOf: (n: number) => string;
  readonly start: (sagaIds: readonly string[]) => Promise<void>;
};

/**
 * Keeps a fixed number of sagas in flight: each that ends starts the next. `latency` holds, in microseconds, the time from
 * handing a start to the bus until its end was read back from the bus.
 */
export class ClosedLoop {
  readonly #parts: LoopParts;
  readonly #startedAt = new Map<string, number>();
  readonly #started: string[] = [];
  #latency = createHistogram();
  #ended = 0;
  #open = false;
  #due = 0;
  #starting = false;
  #idle = Promise.withResolvers<void>();
  #failed: unknown;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** Every saga of the loop so far, the warm-up's among them. */
  get started(): readonly string[] {
    return this.#started;
  }

  get inFlight(): number {
    return this.#startedAt.size;
  }

  saw(sagaId: string): void {
    const at = this.#startedAt.get(sagaId);
    if (at === undefined) return;
    this.#startedAt.delete(sagaId);
    this.#latency.record(Math.max(1, Math.round((performance.now() - at) * 1000)));
    this.#ended += 1;
    if (this.#open) this.#startLater(1);
    else if (this.#startedAt.size === 0) this.#idle.resolve();
  }

  /** Drives for so long and resolves with what ended within that time. Sagas in flight stay in flight. */
  async drive(inFlight: number, millis: number): Promise<Driven> {
    this.#latency = createHistogram();
    this.#ended = 0;
    this.#open = true;
    const began = performance.now();
    this.#startLater(Math.max(0, inFlight - this.#startedAt.size));
    await new Promise((resolve) => setTimeout(resolve, millis));
    if (this.#failed !== undefined) throw this.#failed;
    return { ended: this.#ended, seconds: (performance.now() - began) / 1000, latency: this.#latency };
  }

  /** Starts nothing more and waits until all that was started has ended, or `millis` have passed. */
  async drain(millis: number): Promise<void> {
    this.#open = false;
    if (this.#startedAt.size === 0) return;
    const timer = setTimeout(() => this.#idle.resolve(), millis);
    await this.#idle.promise;
    clearTimeout(timer);
  }

  /** Ends come in batches, and so do the starts that follow them. */
  #startLater(count: number): void {
    this.#due += count;
    if (this.#starting || this.#due === 0) return;
    this.#starting = true;
    setImmediate(() => {
      this.#starting = false;
      const ids = Array.from({ length: this.#due }, (_, at) => this.#parts.idOf(this.#started.length + at));
      this.#due = 0;
      const now = performance.now();
      for (const id of ids) this.#startedAt.set(id, now);
      this.#started.push(...ids);
      this.#parts.start(ids).catch((error: unknown) => {
        this.#failed ??= error;
      });
    });
  }
}
