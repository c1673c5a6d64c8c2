import type { Batch, Clock, Log, SubscribeOptions, TopicPartition } from "@troupe/kernel";
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { Brokers, Standing } from "./brokers.ts";
import { innermostReason } from "./errors.ts";
import { createProgress, type Missing, type Offer, type Progress, placeOf } from "./progress.ts";
import { toRecord } from "./records.ts";

/** How long a fetch waits for its batches to be settled before their partitions are paused and the others read on. */
const SETTLE_GRACE_MS = 50;
/** Offsets are committed at most this often (engine rule 11). */
const COMMIT_EVERY_MS = 200;

export type ConsumptionOptions = {
  readonly consumer: Consumer;
  readonly brokers: Brokers;
  readonly clock: Clock;
  readonly log: Log;
  readonly subscription: SubscribeOptions;
  /** The next epoch; rises over all consumers of a subscription. */
  nextEpoch(): number;
};

type Assigned = { readonly [topic: string]: readonly number[] };
type Flight = { readonly batch: Batch; readonly payload: EachBatchPayload; readonly done: AbortController; paused: boolean };
type Held = {
  readonly epoch: number;
  /** Undefined until the group's positions are known. */
  progress: Progress | undefined;
  readonly ended: AbortController;
  readonly flights: Map<string, Flight>;
};
type Deliver = Extract<Offer, { kind: "deliver" }>;

/**
 * What one kafkajs consumer reads, between joining its group and leaving it. Lifecycle of an assignment:
 *
 *   join ─▶ positions asked ─▶ onAssigned ─▶ batches ─▶ revoke (rebalance, crash, stop)
 *
 * An epoch begins with each join and ends with each revoke. Whatever comes back from an earlier epoch (a settle, a grace
 * that ran out, an answer about positions) finds another `held` and does nothing: it neither resolves, seeks, resumes nor
 * commits.
 */
export class Consumption {
  readonly #options: ConsumptionOptions;
  #held: Held | undefined;
  #commitRequest: EachBatchPayload["commitOffsetsIfNecessary"] | undefined;
  #commitWaits = false;

  constructor(options: ConsumptionOptions) {
    this.#options = options;
  }

  /** Undefined while nothing is assigned, or it is not known yet where to begin. */
  get progress(): Progress | undefined {
    return this.#held?.progress;
  }

  /** A group was joined: everything begins anew, from what the group has committed. */
  join(assigned: Assigned): void {
    this.#end(); // commits nothing: kafkajs would send it under the new generation, and rewind what others read since
    const { consumer, nextEpoch } = this.#options;
    const held: Held = { epoch: nextEpoch(), progress: undefined, ended: new AbortController(), flights: new Map() };
    this.#held = held;
    // Nothing is fetched until the positions are known. For a committed offset that is gone, kafkajs would put "earliest"
    // in its place at once, and nobody could tell any more what was missed.
    consumer.pause(Object.entries(assigned).map(([topic, partitions]) => ({ topic, partitions: [...partitions] })));
    void this.#begin(held, assigned);
  }

  async #begin(held: Held, assigned: Assigned): Promise<void> {
    const { clock, consumer, subscription } = this.#options;
    const all = await this.#positions(held, Object.keys(assigned));
    if (all === undefined || this.#held !== held) return;
    const own = all.filter(({ topic, partition }) => assigned[topic]?.includes(partition));
    const places = own.map(({ topic, partition, position }) => ({ topic, partition, position }));
    for (const { committed, position, ...place } of own) {
      if (committed !== null && committed < position) this.#report(place, { from: committed, to: position - 1, cause: "removed" });
    }
    held.progress = createProgress(places, { epoch: held.epoch, now: clock.now() });
    subscription.onAssigned(places, held.epoch);
    for (const { topic, partition, position } of places) {
      consumer.seek({ topic, partition, offset: String(position) });
      // Also ends a pause of the assignment before, which kafkajs keeps over a rebalance.
      consumer.resume([{ topic, partitions: [partition] }]);
    }
  }

  /** Asks until there is an answer, or the assignment is over. */
  async #positions(held: Held, topics: readonly string[]): Promise<readonly Standing[] | undefined> {
    const { brokers, clock, log, subscription } = this.#options;
    while (this.#held === held) {
      try {
        return await brokers.positions(subscription.group, topics);
      } catch (error) {
        log.debug({ group: subscription.group, reason: innermostReason(error) }, "committed offsets can't be read yet");
        await clock.sleep(COMMIT_EVERY_MS, held.ended.signal);
      }
    }
    return undefined;
  }

  /** The group rebalances, or the consumer ends. What is settled is committed first: that request goes out before the next join. */
  revoke(): void {
    void this.commit();
    this.#end();
  }

  #end(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#options.nextEpoch();
    for (const flight of held.flights.values()) flight.done.abort();
    held.ended.abort();
    const places = held.progress?.partitions ?? [];
    if (places.length > 0) this.#options.subscription.onRevoked(places);
  }

  /** kafkajs' callback: returns soon, so that its fetch loop, which also sends the heartbeats, goes on. */
  async eachBatch(payload: EachBatchPayload): Promise<void> {
    const held = this.#held;
    if (held?.progress === undefined) return;
    this.#commitRequest = payload.commitOffsetsIfNecessary;
    const { topic, partition } = payload.batch;
    const offer = held.progress.offer(fetchedOf(payload));
    if (offer.kind === "reread") this.#options.consumer.seek({ topic, partition, offset: String(offer.from) });
    if (offer.kind === "deliver") await this.#deliver(held, { offer, payload });
  }

  /** Hands the batch over, gives it a moment to be settled, and otherwise pauses its partition so that others are not held up. */
  async #deliver(held: Held, { offer, payload }: { offer: Deliver; payload: EachBatchPayload }): Promise<void> {
    const { batch, missing } = offer;
    const { clock, consumer, subscription } = this.#options;
    if (missing !== null) this.#report(batch, missing);
    const flight: Flight = { batch, payload, done: new AbortController(), paused: false };
    held.flights.set(placeOf(batch), flight);
    if (batch.records.length === 0) return this.settle(batch, false);
    subscription.onBatch(batch);
    if (!flight.done.signal.aborted) await clock.sleep(SETTLE_GRACE_MS, flight.done.signal);
    if (this.#held !== held || held.progress?.inFlight(batch) !== true) return;
    flight.paused = true;
    consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
  }

  #report({ topic, partition }: TopicPartition, { from, to, cause }: Missing): void {
    const { log, subscription } = this.#options;
    const why = cause === "removed" ? "they were removed before this group read them" : "the topic was cut or made anew";
    log.error({ group: subscription.group, topic, partition, from, to }, `offsets ${from} to ${to} are missing: ${why}`);
  }

  /** See Subscription.settle. */
  settle(batch: Batch, stored: boolean): void {
    const held = this.#held;
    if (held?.progress?.settle(batch, { at: this.#options.clock.now(), stored }) !== true) return;
    const flight = held.flights.get(placeOf(batch));
    if (flight === undefined) return;
    held.flights.delete(placeOf(batch));
    resolve(flight.payload, batch);
    if (flight.paused) this.#options.consumer.resume([{ topic: batch.topic, partitions: [batch.partition] }]);
    flight.done.abort();
    void this.#commitSoon(held);
  }

  /** A fetch that held control records only; kafkajs moves past them without calling eachBatch. */
  skipped(place: TopicPartition, { first, next }: { first: number; next: number }): void {
    const held = this.#held;
    held?.progress?.skipped(place, { first, next, at: this.#options.clock.now() });
    if (held !== undefined) void this.#commitSoon(held);
  }

  async #commitSoon(held: Held): Promise<void> {
    if (this.#commitWaits) return;
    this.#commitWaits = true;
    await this.#options.clock.sleep(COMMIT_EVERY_MS, held.ended.signal);
    this.#commitWaits = false;
    if (!(await this.commit()) && this.#held !== undefined) void this.#commitSoon(this.#held);
  }

  /**
   * Commits what is settled; false when there is more to do. Goes past kafkajs' own retries: those would repeat a commit
   * of this generation under the next one, where the partitions may be another member's.
   */
  async commit(): Promise<boolean> {
    const { log, subscription } = this.#options;
    const progress = this.progress;
    const places = progress?.uncommitted() ?? [];
    if (progress === undefined || places.length === 0 || this.#commitRequest === undefined) return true;
    try {
      await this.#commitRequest({
        topics: places.map(({ topic, partition, position }) => ({ topic, partitions: [{ partition, offset: String(position) }] })),
      });
      progress.markCommitted(places);
    } catch (error) {
      log.debug({ group: subscription.group, reason: innermostReason(error) }, "offsets were not committed");
    }
    return this.progress !== progress || progress.uncommitted().length === 0;
  }
}

/** Tells kafkajs where the next fetch of the partition begins. */
function resolve({ resolveOffset }: EachBatchPayload, batch: Batch): void {
  resolveOffset(String(batch.nextOffset - 1));
}

function fetchedOf({ batch }: EachBatchPayload) {
  const { topic, partition } = batch;
  const last = Number(batch.lastOffset());
  return {
    topic,
    partition,
    first: Number(batch.firstOffset() ?? last),
    next: last + 1,
    end: Number(batch.highWatermark),
    records: batch.messages.map((message) => toRecord({ topic, partition }, message)),
  };
}
