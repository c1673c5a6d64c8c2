import {
  type AssignedPartition,
  type Batch,
  type Documents,
  explain,
  type Fact,
  type Json,
  type ReadinessCheck,
  type Subscription,
  type TopicPartition,
} from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";
import { aging } from "./age-documents.ts";
import { DocumentCache } from "./document-cache.ts";
import type { DocumentFold } from "./document-fold.ts";
import { chooseDurability } from "./durable/choose-durability.ts";
import type { Publisher } from "./durable/publisher.ts";
import { sweepOutboxes } from "./durable/sweep.ts";
import { ENGINE_DEFAULTS, type EngineLimits, type EnginePorts } from "./engine-ports.ts";
import type { FoldedDocument } from "./fold/folded-document.ts";
import { ParkingBounds } from "./parking/parking-bounds.ts";
import { readAgain } from "./parking/read-again.ts";
import type { TickResult } from "./process-tick.ts";
import { Progress } from "./progress.ts";
import { BatchReader } from "./read/batch-reader.ts";
import { TickLoop } from "./tick-loop.ts";
import { TimerPoll } from "./timers.ts";
import type { DueItem, Input } from "./work-item.ts";

export type ProcessorOptions = {
  readonly fold: DocumentFold;
  readonly ports: EnginePorts;
  /** Topics to read; may be empty for an owner that only takes submitted facts. */
  readonly topics: readonly string[];
  readonly limits?: Partial<EngineLimits>;
  /** The key of each record is the key of the document that it concerns. Default true; else timers wait for all partitions. */
  readonly coPartitioned?: boolean;
  /** Called for each durable write that asks for something to run. */
  readonly afterDurable?: (folded: FoldedDocument) => void;
  /** Why what `afterDurable` started leaves no room for new batches; undefined when there is room. */
  readonly congestion?: () => string | undefined;
};

/** How long publishing may go on after everything else has stopped. */
const PUBLISH_AT_STOP_MILLIS = 2_000;

/** One owner's engine: reads its topics, folds them into its documents, fires timers, sweeps outboxes. */
export class Processor {
  readonly #fold: DocumentFold;
  readonly #ports: EnginePorts;
  readonly #options: ProcessorOptions;
  readonly #limits: EngineLimits;
  readonly #documents: Documents;
  readonly #cache: DocumentCache;
  readonly #publisher: Publisher | undefined;
  readonly #loop: TickLoop;
  readonly #reader: BatchReader;
  readonly #timers: TimerPoll;
  readonly #stopping = new AbortController();
  #progress: Progress | undefined;
  #subscription: Subscription | undefined;
  #loops: readonly Promise<void>[] = [];
  #busTrouble: string | undefined;
  /** False until the group has given this member its share, which may be nothing. */
  #joined = false;
  #submitted = 0;

  constructor(options: ProcessorOptions) {
    const { fold, ports } = options;
    this.#options = options;
    this.#fold = fold;
    this.#ports = ports;
    this.#limits = { ...ENGINE_DEFAULTS, ...ports.limits, ...options.limits };
    this.#documents = ports.store.documents(fold.owner);
    this.#cache = new DocumentCache(this.#limits.cachedDocuments);
    const { durability, publisher } = chooseDurability(fold.owner, { ports, documents: this.#documents, limits: this.#limits });
    this.#publisher = publisher;
    const stopping = this.#stopping.signal;
    const folding = { fold, ports, limits: this.#limits };
    this.#loop = new TickLoop({
      owner: fold.owner,
      clock: ports.clock,
      log: ports.log,
      environment: {
        ...folding,
        stopping,
        cache: this.#cache,
        load: (ids) => this.#documents.load(ids),
        makeDurable: durability,
        bounds: new ParkingBounds({ owner: fold.owner, parked: ports.store.parked, clock: ports.clock, limits: this.#limits }),
        afterDurable: options.afterDurable ?? (() => {}),
      },
      congestion: () => this.#unpublished() ?? options.congestion?.(),
      onDurable: (inputs, result) => this.#onDurable(inputs, result),
    });
    this.#reader = new BatchReader(folding, { feed: (input) => this.#loop.feed(input), stopping });
    const reading = { documents: this.#documents, parked: ports.store.parked };
    const readParked = (due: DueItem) => readAgain(due, reading, folding);
    this.#timers = new TimerPoll({ owner: fold.owner, ports, documents: this.#documents, limits: this.#limits, readParked });
    ports.metrics.onScrape(() => ports.metrics.outboxUnsent(fold.owner, publisher?.unsent ?? 0));
  }

  /** Joins the group and starts the sweep and the timers. Rejects with TOPIC_UNKNOWN or BUS_UNREACHABLE. */
  async start(): Promise<void> {
    const known = await this.#ports.bus.admin.topics();
    const topics = known.filter(({ topic }) => this.#options.topics.includes(topic));
    const progress = new Progress(topics, { coPartitioned: this.#options.coPartitioned ?? true });
    this.#progress = progress;
    if (this.#options.topics.length > 0) await this.#subscribe(progress);
    const repeated = aging({ fold: this.#fold, ports: this.#ports, limits: this.#limits });
    this.#loops = [
      ...repeated.map(({ everyMillis, act }) => this.#every(everyMillis, act)),
      this.#every(this.#limits.timerPollMillis, () => this.#pollTimers(progress)),
      ...(this.#publisher === undefined
        ? []
        : [this.#every(this.#limits.sweepEveryMillis, () => this.#sweep(progress, this.#limits.sweepAfterMillis))]),
    ];
  }

  async #subscribe(progress: Progress): Promise<void> {
    this.#subscription = await this.#ports.bus.subscribe({
      group: this.#fold.owner,
      topics: this.#options.topics,
      onBatch: (batch) => void this.#reader.read(batch),
      onAssigned: (partitions, epoch) => this.#onAssigned(progress, { partitions, epoch }),
      onRevoked: (partitions) => this.#onRevoked(progress, partitions),
      onHealth: (health) => {
        this.#busTrouble = health.healthy ? undefined : health.reason;
      },
    });
  }

  #onAssigned(
    progress: Progress,
    { partitions, epoch }: { readonly partitions: readonly AssignedPartition[]; readonly epoch: number },
  ): void {
    this.#joined = true;
    this.#cache.clear(); // another member may have written meanwhile
    this.#reader.startEpoch(epoch);
    this.#loop.dropBatches(({ batch }) => batch.epoch < epoch);
    progress.assign(partitions);
    const { owner } = this.#fold;
    this.#ports.log.info({ role: owner, epoch, partitions: partitions.length }, `${owner} reads ${partitions.length} partitions`);
    this.#publisher?.unblock();
    void this.#sweep(progress, 0).catch(() => {}); // the loop tries again
  }

  #onRevoked(progress: Progress, partitions: readonly TopicPartition[]): void {
    progress.revoke(partitions);
    const gone = new Set(partitions.map(placeOf));
    this.#loop.dropBatches(({ batch }) => gone.has(placeOf(batch)));
  }

  /**
   * Folds a fact into a document; resolves with the fold's reply once that is durable. Rejects with what the fold threw,
   * and with NOT_READY when the process stops or the store does not answer: then nobody knows yet whether it is folded.
   */
  async submit(documentId: string, fact: Fact, span: Span): Promise<Json> {
    this.#submitted += 1;
    try {
      return await new Promise<Json>((resolve, reject) => {
        this.#loop.feed({ kind: "fact", documentId, fact, span, waiter: { resolve, reject } });
      });
    } finally {
      this.#submitted -= 1;
    }
  }

  /** Conditions under which this owner does its work; asked by /readyz. */
  readiness(): ReadinessCheck {
    return {
      name: this.#fold.owner,
      check: () => {
        const reason = this.#loop.trouble ?? this.#busTrouble ?? this.#reader.trouble ?? this.#publisher?.failing ?? this.#unassigned();
        return reason === undefined ? { ready: true } : { ready: false, reason };
      },
    };
  }

  /** Why a request that starts something should be turned away for now; undefined when all is well. */
  overload(): string | undefined {
    if (this.#submitted >= this.#limits.submittedFacts) return `${this.#submitted} requests wait for the store`;
    return this.#loop.trouble ?? this.#unpublished();
  }

  /** Drains what is under way, commits, leaves the group. The rest is redelivered to whoever takes over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop.stopped();
    await this.#subscription?.stop();
    await Promise.all(this.#loops);
    await this.#publisher?.stop(PUBLISH_AT_STOP_MILLIS);
  }

  #unpublished(): string | undefined {
    const backlog = this.#publisher?.backlog ?? 0;
    return backlog > this.#limits.unpublishedRecords ? `${backlog} records wait for the bus` : undefined;
  }

  #unassigned(): string | undefined {
    return this.#options.topics.length === 0 || this.#joined ? undefined : "no partitions are assigned yet";
  }

  #onDurable(inputs: readonly Input[], { offsetsStored, held }: TickResult): void {
    for (const input of inputs) {
      if (input.kind === "batch") this.#settle(input.batch, offsetsStored);
      if (input.kind === "due") this.#timers.settled(input, { held: held.has(input.documentId) });
    }
  }

  #settle(batch: Batch, offsetStored: boolean): void {
    this.#ports.failPoints?.pass("fp6");
    this.#progress?.advance(batch, batch.nextOffset);
    this.#subscription?.settle(batch, { offsetStored });
    const { topic, partition } = batch;
    this.#ports.metrics.batch(this.#fold.owner, batch.records.length);
    this.#ports.metrics.lag({ group: this.#fold.owner, topic, partition }, Math.max(0, batch.endOffset - batch.nextOffset));
  }

  async #pollTimers(progress: Progress): Promise<void> {
    if (this.#unpublished() !== undefined) return; // what they emit would have nowhere to go
    for (const due of await this.#timers.poll(progress)) this.#loop.feed(due);
  }

  async #sweep(progress: Progress, olderThanMillis: number): Promise<void> {
    const publisher = this.#publisher;
    if (publisher === undefined) return;
    const { clock, log } = this.#ports;
    const swept = await sweepOutboxes({ documents: this.#documents, publisher, clock, shards: progress.ownedShards(), olderThanMillis });
    if (swept > 0) log.info({ role: this.#fold.owner, swept }, `${swept} documents had unpublished records; they are published now`);
  }

  /** Repeats until stop. A failure is not the loop's: the tick or the publisher reports the same trouble. */
  async #every(millis: number, act: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#ports.clock.sleep(millis, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      await act().catch((error: unknown) => this.#ports.log.debug({ role: this.#fold.owner }, explain(error)));
    }
  }
}

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
