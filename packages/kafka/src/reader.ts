import type { Cluster, Consumer, EachBatchPayload } from "kafkajs";
import { moduloAssigner } from "./assigner.ts";
import { type Client, type NewClient, PATIENT, within } from "./client.ts";
import { Consumption, type ConsumptionOptions } from "./consumption.ts";
import { innermostReason } from "./errors.ts";
import { leaveFor } from "./leave-group.ts";

/** Longest wait of a fetch for records; also bounds how long stop and resume take. */
const FETCH_WAIT_MS = 100;
const COMMIT_MS = 3_000;

export type ReaderOptions = Omit<ConsumptionOptions, "consumer"> & {
  readonly newClient: NewClient;
  readonly sessionTimeoutMs: number;
  /** Partitions of all topics: each may have a batch in work. */
  readonly partitions: number;
  /** Member id of the consumer before, which is gone for good but may still be in the group. */
  readonly formerMember: string | undefined;
  onJoined(): void;
  /** This consumer is finished; a new one must be made. */
  onCrash(reason: string): void;
};

/** One kafkajs consumer, from connecting to leaving the group. Never restarts itself. */
export type Reader = {
  readonly consumption: Consumption;
  start(): Promise<void>;
  /** When a broker last answered it; its start when none did yet. */
  lastAnswer(): number;
  joined(): boolean;
  /** Its id in the group, undefined before the first join. */
  memberId(): string | undefined;
  /** Gives up its partitions and leaves the group; resolves within a few seconds also when no broker answers. */
  stop(): Promise<void>;
};

export function createReader(options: ReaderOptions): Reader {
  const { clock, subscription } = options;
  const client = options.newClient(PATIENT);
  const { consumer, cluster } = newConsumer(client, options);
  const consumption = new Consumption({ ...options, consumer });
  let stopped = false;
  let lastAnswer = clock.now();
  let joined = false;
  let memberId: string | undefined;
  const unlessStopped = (act: () => void): void => {
    if (!stopped) act();
  };

  /** A batch that could not be handed over stays in flight here; only a new consumer reads it again. */
  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    if (stopped) return;
    try {
      await consumption.eachBatch(payload);
    } catch (error) {
      options.onCrash(innermostReason(error));
    }
  }

  watch(consumer, {
    onRebalance: () =>
      unlessStopped(() => {
        joined = false;
        consumption.revoke();
      }),
    onJoin: (assigned, id) =>
      unlessStopped(() => {
        joined = true;
        memberId = id;
        consumption.join(assigned);
        options.onJoined();
      }),
    onAnswer: () => {
      lastAnswer = clock.now();
    },
    onSkipped: (place, range) => consumption.skipped(place, range),
    onCrash: (reason) =>
      unlessStopped(() => {
        consumption.revoke();
        options.onCrash(reason);
      }),
  });

  return {
    consumption,
    lastAnswer: () => lastAnswer,
    joined: () => joined,
    memberId: () => memberId,
    async start() {
      await consumer.connect();
      await consumer.subscribe({ topics: [...subscription.topics], fromBeginning: true });
      if (options.formerMember !== undefined) await leaveFor(options.formerMember, { ...options, cluster, gaveUp: () => stopped });
      if (stopped) return;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: Math.max(1, options.partitions),
        eachBatch,
      });
    },
    async stop() {
      if (stopped) return;
      await within(clock, { millis: COMMIT_MS, work: () => consumption.commit() });
      stopped = true;
      consumption.revoke();
      await client.end(() => consumer.disconnect());
    },
  };
}

/** kafkajs hands its cluster to assigners when the consumer is made; nothing else gives access to it. */
function newConsumer(
  { kafka }: Client,
  { subscription, sessionTimeoutMs }: ReaderOptions,
): { consumer: Consumer; cluster: Cluster | undefined } {
  let cluster: Cluster | undefined;
  const consumer = kafka.consumer({
    groupId: subscription.group,
    partitionAssigners: [
      (config) => {
        cluster = config.cluster;
        return moduloAssigner(config);
      },
    ],
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.max(100, Math.min(1_000, Math.floor(sessionTimeoutMs / 20))),
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    // Every crash comes to the supervisor: kafkajs restarts after some errors only, and loses the others for good.
    retry: { ...PATIENT, restartOnFailure: async () => false },
  });
  return { consumer, cluster };
}

type Watcher = {
  onRebalance(): void;
  onJoin(assigned: { readonly [topic: string]: readonly number[] }, memberId: string): void;
  onAnswer(): void;
  onSkipped(place: { topic: string; partition: number }, range: { first: number; next: number }): void;
  onCrash(reason: string): void;
};

/** kafkajs calls listeners synchronously: an epoch ends before the next join is under way. */
function watch(consumer: Consumer, watcher: Watcher): void {
  consumer.on(consumer.events.REBALANCING, () => watcher.onRebalance());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => watcher.onJoin(payload.memberAssignment, payload.memberId));
  consumer.on(consumer.events.REQUEST, () => watcher.onAnswer());
  consumer.on(consumer.events.CRASH, ({ payload }) => watcher.onCrash(innermostReason(payload.error)));
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    const last = Number(payload.lastOffset);
    // kafkajs gives null, which its types do not say, when compaction left nothing
    const first = payload.firstOffset === null ? last : Number(payload.firstOffset);
    watcher.onSkipped(payload, { first, next: last + 1 });
  });
}
