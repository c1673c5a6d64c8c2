import type { AtomicWork, Bus, Clock, Codec, DocumentStore, Ids, Log, Random } from "@troupe/kernel";
import type { Metrics, Tracing } from "@troupe/telemetry";

/**
 * Named places where a process may be made to die, so that what follows from a crash there can be tried (failure table of
 * docs/when-things-fail.md). `fp3`, within the bulk write, belongs to the adapter of the documents. Where work is atomic there
 * is nothing between commit and publish nor between publish and trim: `fp4` and `fp5` are never passed.
 */
export type FailPoint =
  /** A batch was read and decoded; nothing of it is folded. */
  | "fp1"
  /** Documents are folded; nothing of it is durable. */
  | "fp2"
  /** Part of the writes of a tick has been carried out. */
  | "fp3"
  /** Documents are durable; none of the records that they decided is published. */
  | "fp4"
  /** Records are published; they still stand in the outboxes. */
  | "fp5"
  /** All of a batch is durable; the bus has not been told so. */
  | "fp6";

export type FailPoints = { pass(point: FailPoint): void };

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
  /** What the settings of the process say of the limits; defaults for the rest. */
  readonly limits?: Partial<EngineLimits>;
  /** Only where kills are tried: the composition root leaves it out otherwise. */
  readonly failPoints?: FailPoints;
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
  /** Records that wait under one parked key; what comes then becomes a dead letter. */
  readonly parkedRecordsPerKey: number;
  /** Keys of one owner that may be parked; beyond it a record that can't be folded becomes a dead letter. */
  readonly parkedKeys: number;
  /** Bytes of all parked records of one owner; beyond it as well. */
  readonly parkedBytes: number;
  /** How long finished documents are kept before only a marker is left, in milliseconds; 0: for ever. */
  readonly retentionMillis: number;
  /** Facts that a document's history holds. A fifth more is kept for undos, timers and acts of an operator. */
  readonly historyEntries: number;
  /** Dead letters of all owners; beyond it a partition waits at the record that would be one more. */
  readonly deadLetters: number;
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
  parkedRecordsPerKey: 100,
  parkedKeys: 1_000,
  parkedBytes: 64 * 1024 * 1024,
  retentionMillis: 0,
  historyEntries: 5_000,
  deadLetters: 100_000,
  runningReactions: 1_000,
};
