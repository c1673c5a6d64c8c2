import type { AtomicWork, Bus, Clock, Codec, DocumentStore, Ids, Log, Random } from "@troupe/kernel";
import type { Metrics, Tracing } from "@troupe/telemetry";

/** Everything an engine needs from the outside. `work` is there exactly when the bus guarantees atomic work. */
export type EnginePorts = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly work: AtomicWork | undefined;
  readonly codec: Codec;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
};

/** Numbers that bound the engine. Defaults in `ENGINE_DEFAULTS`; every one is a setting (docs/configuration.md). */
export type EngineLimits = {
  /** How long an identity is remembered, and how old a record may be: the horizon of engine.md, in milliseconds. */
  readonly horizonMillis: number;
  /** Documents kept warm. */
  readonly cachedDocuments: number;
  /** Tries of one tick after lost races before it waits longer. */
  readonly conflictTries: number;
  /** Outbox entries older than this are published again by the sweep. */
  readonly sweepAfterMillis: number;
  readonly sweepEveryMillis: number;
  readonly timerPollMillis: number;
  /** Timers folded per poll: the cap of a timer storm. */
  readonly timersPerPoll: number;
  /** How long a timer that fails is left alone, so that it is no hot loop. */
  readonly heldTimerMillis: number;
  /** Records waiting for the bus before the engine stops taking new batches (staged only). */
  readonly unpublishedRecords: number;
  /** Published entries are removed from their documents at most this often. */
  readonly trimEveryMillis: number;
  /** Submitted facts that wait for their fold before starts are turned away. */
  readonly submittedFacts: number;
  /** Asynchronous reactions under way before the engine stops taking new batches. */
  readonly runningReactions: number;
};

const DAY = 86_400_000;
export const ENGINE_DEFAULTS: EngineLimits = {
  horizonMillis: 8 * DAY,
  cachedDocuments: 10_000,
  conflictTries: 5,
  sweepAfterMillis: 2_000,
  sweepEveryMillis: 1_000,
  timerPollMillis: 200,
  timersPerPoll: 500,
  heldTimerMillis: 60_000,
  unpublishedRecords: 10_000,
  trimEveryMillis: 500,
  submittedFacts: 5_000,
  runningReactions: 1_000,
};
