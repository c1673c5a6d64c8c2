import { type Batch, type Documents, explain, type Fact, type Json, type ReadinessCheck, type Subscription } from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";
import { atomicDurability } from "./atomic.ts";
import { DocumentCache } from "./document-cache.ts";
import type { DocumentFold } from "./document-fold.ts";
import { ENGINE_DEFAULTS, type EngineLimits, type EnginePorts } from "./engine-ports.ts";
import type { FoldedDocument } from "./fold-document.ts";
import { processTick, type TickEnvironment } from "./process-tick.ts";
import { Progress } from "./progress.ts";
import { Publisher, sweepOutboxes } from "./publisher.ts";
import { stagedDurability } from "./staged.ts";
import { fireTimers } from "./timers.ts";
import type { Input } from "./work-item.ts";

export type ProcessorOptions = {
  readonly fold: DocumentFold;
  readonly ports: EnginePorts;
  /** Topics to read; may be empty for an owner that only takes submitted facts. */
  readonly topics: readonly string[];
  readonly limits?: Partial<EngineLimits>;
  /** Called for each durable write that asks for something to run. */
  readonly afterDurable?: (folded: FoldedDocument) => void;
};

/**
 * One owner's engine: feeds batches, submitted facts and due timers through one tick at a time. While a tick is under
 * way the next one gathers: small batches when quiet, large ones under load. That is group commit without a timer.
 */
export class Processor {
  readonly #fold: DocumentFold;
  readonly #ports: EnginePorts;
  readonly #limits: EngineLimits;
  readonly #documents: Documents;
  readonly #environment: TickEnvironment;
  readonly #publisher: Publisher | undefined;
  readonly #topics: readonly string[];
  readonly #stopping = new AbortController();
  readonly #queuedDue = new Set<string>();
  #progress: Progress | undefined;
  #subscription: Subscription | undefined;
  #inputs: Input[] = [];
  #ticking: Promise<void> | undefined;
  #loops: readonly Promise<void>[] = [];
  #trouble: { bus?: string; tick?: string } = {};

  constructor({ fold, ports, topics, limits, afterDurable }: ProcessorOptions) {
    this.#fold = fold;
    this.#ports = ports;
    this.#topics = topics;
    this.#limits = { ...ENGINE_DEFAULTS, ...limits };
    this.#documents = ports.store.documents(fold.owner);
    this.#publisher = ports.work === undefined ? new Publisher({ owner: fold.owner, ports, documents: this.#documents }) : undefined;
    this.#environment = {
      fold,
      ports,
      limits: this.#limits,
      cache: new DocumentCache(this.#limits.cachedDocuments),
      load: (ids) => this.#documents.load(ids),
      makeDurable: this.#durability(),
      afterDurable: afterDurable ?? (() => {}),
    };
  }

  #durability() {
    if (this.#ports.work !== undefined) return atomicDurability(this.#ports.work, this.#fold.owner);
    const publisher = this.#publisher;
    if (publisher === undefined) throw new TypeError("staged work has a publisher"); // the constructor made one
    return stagedDurability({ documents: this.#documents, deadLetters: this.#ports.store.deadLetters, publisher });
  }

  /** Joins the group and starts the sweep and the timers. Rejects with TOPIC_UNKNOWN or BUS_UNREACHABLE. */
  async start(): Promise<void> {
    const known = await this.#ports.bus.admin.topics();
    const progress = new Progress(known.filter(({ topic }) => this.#topics.includes(topic)));
    this.#progress = progress;
    this.#loops = [this.#every(this.#limits.timerPollMillis, () => this.#pollTimers(progress))];
    if (this.#publisher !== undefined) {
      const publisher = this.#publisher;
      this.#loops = [
        ...this.#loops,
        this.#every(this.#limits.sweepEveryMillis, () => this.#sweep(progress, publisher, this.#limits.sweepAfterMillis)),
      ];
    }
    if (this.#topics.length > 0) await this.#subscribe(progress);
  }

  async #subscribe(progress: Progress): Promise<void> {
    this.#subscription = await this.#ports.bus.subscribe({
      group: this.#fold.owner,
      topics: this.#topics,
      onBatch: (batch) => this.#feed({ kind: "batch", batch }),
      onAssigned: (partitions, epoch) => {
        this.#environment.cache.clear(); // another member may have written meanwhile
        progress.assign(partitions);
        this.#ports.log.info(
          { role: this.#fold.owner, epoch, partitions: partitions.length },
          `${this.#fold.owner} reads ${partitions.length} partitions`,
        );
        if (this.#publisher !== undefined) void this.#sweep(progress, this.#publisher, 0).catch(() => {}); // the loop tries again
      },
      onRevoked: (partitions) => progress.revoke(partitions),
      onHealth: (health) => {
        if (health.healthy) delete this.#trouble.bus;
        else this.#trouble.bus = health.reason;
      },
    });
  }

  /** Folds a fact into a document; resolves with the fold's reply once that is durable. Rejects with what the fold threw. */
  submit(documentId: string, fact: Fact, span: Span): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.#feed({ kind: "fact", documentId, fact, span, waiter: { resolve, reject } });
    });
  }

  /** Conditions under which this owner does its work; asked by /readyz. */
  readiness(): ReadinessCheck {
    return {
      name: this.#fold.owner,
      check: () => {
        const reason = this.#trouble.tick ?? this.#trouble.bus ?? this.#publisher?.failing ?? this.#unassigned();
        return reason === undefined ? { ready: true } : { ready: false, reason };
      },
    };
  }

  /** Why a request that starts something should be turned away for now; undefined when all is well. */
  overload(): string | undefined {
    const backlog = this.#publisher?.backlog ?? 0;
    return backlog > this.#limits.unpublishedRecords ? `${backlog} records wait for the bus` : undefined;
  }

  /** Drains what is under way, commits, leaves the group. The rest is redelivered to whoever takes over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ticking;
    await this.#subscription?.stop();
    await Promise.all(this.#loops);
    await this.#publisher?.stop(2_000);
  }

  #unassigned(): string | undefined {
    if (this.#topics.length === 0 || this.#progress?.assigned) return undefined;
    return "no partitions are assigned yet";
  }

  #feed(input: Input): void {
    if (this.#stopping.signal.aborted) {
      if (input.kind === "fact") input.waiter.reject(new Error("the process is stopping"));
      return;
    }
    this.#inputs.push(input);
    this.#ticking ??= this.#run();
  }

  async #run(): Promise<void> {
    await null; // lets everything that was fed in this turn join the first tick
    while (this.#inputs.length > 0 && !this.#stopping.signal.aborted) {
      await this.#waitForBus();
      const inputs = this.#inputs;
      this.#inputs = [];
      await this.#tickUntilDurable(inputs);
    }
    this.#ticking = undefined;
  }

  /** The outbox of a bus that is away must not grow without bound. */
  async #waitForBus(): Promise<void> {
    while (this.overload() !== undefined && !this.#stopping.signal.aborted) await this.#ports.clock.sleep(50, this.#stopping.signal);
  }

  async #tickUntilDurable(inputs: readonly Input[]): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        const { offsetsStored, held } = await processTick(inputs, this.#environment);
        delete this.#trouble.tick;
        for (const input of inputs) if (input.kind === "batch") this.#settle(input.batch, offsetsStored);
        for (const input of inputs) if (input.kind === "due" && !held.has(input.documentId)) this.#queuedDue.delete(input.documentId);
        return;
      } catch (error) {
        this.#environment.cache.clear();
        if (this.#trouble.tick === undefined)
          this.#ports.log.warn({ role: this.#fold.owner }, `${this.#fold.owner} waits: ${explain(error)}`);
        this.#trouble.tick = explain(error);
        await this.#ports.clock.sleep(Math.min(100 * 2 ** attempt, 2_000), this.#stopping.signal);
      }
    }
    for (const input of inputs) if (input.kind === "fact") input.waiter.reject(new Error("the process is stopping"));
  }

  #settle(batch: Batch, offsetStored: boolean): void {
    this.#progress?.advance(batch, batch.nextOffset);
    this.#subscription?.settle(batch, { offsetStored });
    const { topic, partition } = batch;
    this.#ports.metrics.batch(this.#fold.owner, batch.records.length);
    this.#ports.metrics.lag({ group: this.#fold.owner, topic, partition }, Math.max(0, batch.endOffset - batch.nextOffset));
  }

  async #pollTimers(progress: Progress): Promise<void> {
    const fired = await fireTimers({
      progress,
      documents: this.#documents,
      admin: this.#ports.bus.admin,
      now: this.#ports.clock.now(),
      limit: this.#limits.timersPerPoll,
    });
    for (const documentId of fired) {
      if (this.#queuedDue.has(documentId)) continue;
      this.#queuedDue.add(documentId);
      this.#feed({ kind: "due", documentId });
    }
  }

  async #sweep(progress: Progress, publisher: Publisher, olderThanMillis: number): Promise<void> {
    const swept = await sweepOutboxes({
      documents: this.#documents,
      publisher,
      clock: this.#ports.clock,
      shards: progress.ownedShards(),
      olderThanMillis,
    });
    if (swept > 0)
      this.#ports.log.info({ role: this.#fold.owner, swept }, `${swept} documents had unpublished records; they are published now`);
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
