import type { Headers } from "./envelope.ts";

/** A place in the log. `offset` is below 2^53. */
export type TopicPartition = { readonly topic: string; readonly partition: number };

/** A record as read. `timestamp`: milliseconds since the epoch. */
export type BusRecord = TopicPartition & {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  /** Confluent wire format, or null for a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
};

/** A record to write. Its partition is murmur2 of `key`, as the Java client computes it. */
export type OutboundRecord = { readonly topic: string; readonly key: string; readonly value: Uint8Array | null; readonly headers: Headers };

/** Consecutive records of one partition. The next batch of the partition comes only after this one was settled. */
export type Batch = TopicPartition & {
  readonly records: readonly BusRecord[];
  /** Raised by every rebalance; a batch of an older epoch may finish its documents but settles nothing. */
  readonly epoch: number;
  /** End of the partition when the batch was read: offset after the newest record. */
  readonly endOffset: number;
  /** Position after the batch: past its last record, also past control records that were skipped. */
  readonly nextOffset: number;
};

export type SubscribeOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Hands a batch over and returns at once; never blocks the heartbeat. */
  onBatch(batch: Batch): void;
  /** Called with every partition this member now has, and where it will read on. Runs before their first batch. */
  onAssigned(assignment: readonly AssignedPartition[], epoch: number): void;
  /** Called when partitions go away; batches of theirs that are still worked on can't be settled any more. */
  onRevoked(partitions: readonly TopicPartition[]): void;
  /** The subscription can't go on for now (bus away) or goes on again. The adapter retries by itself. */
  onHealth(health: BusHealth): void;
};

export type AssignedPartition = TopicPartition & { readonly position: number };
export type BusHealth = { readonly healthy: true } | { readonly healthy: false; readonly reason: string };

export type Subscription = {
  /**
   * Everything of the batch is durable: its offset may be committed and its partition read on.
   * With `offsetStored` the offset went into an atomic commit already, so only reading on is meant.
   * A batch of a stale epoch is ignored.
   */
  settle(batch: Batch, options?: { readonly offsetStored: boolean }): void;
  /** Commits what is settled, leaves the group, resolves when no callback will come any more. */
  stop(): Promise<void>;
};

export type TopicSpec = { readonly topic: string; readonly partitions: number };
export type GroupLag = TopicPartition & { readonly committed: number; readonly end: number };

export type BusAdmin = {
  /** Creates what is missing; a topic that exists keeps its partitions. Returns the specs as they are now. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<readonly TopicSpec[]>;
  topics(): Promise<readonly TopicSpec[]>;
  /** Offset after the newest record of each partition, as of some moment after the call began. */
  endOffsets(topics: readonly string[]): Promise<ReadonlyArray<TopicPartition & { readonly end: number }>>;
  groupLag(group: string, topics: readonly string[]): Promise<readonly GroupLag[]>;
};

/** What an adapter promises; the contract suite tests each line, the engine chooses by `atomicWork`. */
export type BusGuarantees = {
  readonly adapter: string;
  /** Documents, records and offsets can go into one transaction (see AtomicWork). */
  readonly atomicWork: boolean;
  /** Acknowledged records survive kill -9 of this process. */
  readonly survivesKill: boolean;
  /** Another process can join a group. */
  readonly multiProcess: boolean;
};

export type Bus = {
  readonly guarantees: BusGuarantees;
  /**
   * Writes records in order; resolves when all are durable. Rejects with BUS_UNREACHABLE (some may have been
   * written: send again under the same ids), RECORD_TOO_LARGE or TOPIC_UNKNOWN (nothing of this call was written).
   */
  publish(records: readonly OutboundRecord[]): Promise<void>;
  /** Joins the group. The first callback comes after the caller has its subscription, so a batch may be settled from within it. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  readonly admin: BusAdmin;
  /** Largest value in bytes that `publish` takes. */
  readonly maxRecordBytes: number;
  close(): Promise<void>;
};
