/** Time and waiting as a port: nothing in engine, kit or core asks the machine for either. */
export type Clock = {
  /** Milliseconds since the epoch: the start instant plus monotonic time, so it never jumps (engine rule 10). */
  now(): number;
  /** Resolves after `millis`, or at once when `signal` aborts. Never rejects. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
};

/** Uniform in [0, 1). */
export type Random = { next(): number };
