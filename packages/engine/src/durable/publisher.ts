import { explain, type OutboundRecord, reasonOf, type StoredDocument, TroupeError } from "@troupe/kernel";
import type { EnginePorts } from "../engine-ports.ts";
import { OutboxTrimmer, type TrimmerOptions } from "./outbox-trimmer.ts";

type Entry = { readonly documentId: string; readonly seq: string; readonly record: OutboundRecord };

const BATCH = 500;
const PAUSE_MILLIS = 500;

export type PublisherOptions = TrimmerOptions & { readonly ports: Pick<EnginePorts, "bus" | "clock" | "metrics" | "log" | "failPoints"> };

/**
 * Brings outbox entries of durable documents to the bus, in the order in which they were enqueued, one produce request in
 * flight; then has them trimmed from their documents. One queue keeps order per document and key without further rules.
 * What a crash leaves unpublished stands in the documents, and the sweep enqueues it again.
 */
export class Publisher {
  readonly #ports: PublisherOptions["ports"];
  readonly #owner: string;
  readonly #stopping = new AbortController();
  readonly #outboxes: OutboxTrimmer;
  /** Documents with an entry that the bus refuses for good: it and what follows it stay where they are (engine rule 7). */
  readonly #blocked = new Set<string>();
  #queue: Entry[] = [];
  #running: Promise<void> | undefined;
  #failing: string | undefined;

  constructor(options: PublisherOptions) {
    this.#owner = options.owner;
    this.#ports = options.ports;
    this.#outboxes = new OutboxTrimmer(options, this.#stopping.signal);
  }

  /**
   * Takes the entries of a document that are not on their way already; says how many. `document.version` is the version
   * they are part of.
   */
  enqueue(document: StoredDocument): number {
    const seqs = this.#outboxes.track(document);
    if (this.#blocked.has(document.id)) return 0;
    for (const seq of seqs) {
      const entry = document.outbox[seq];
      if (entry === undefined) continue;
      const { topic, key, value, headers } = entry;
      const bytes = value === null ? null : new Uint8Array(Buffer.from(value, "base64"));
      this.#queue.push({ documentId: document.id, seq, record: { topic, key, value: bytes, headers } });
    }
    if (this.#queue.length > 0) this.#running ??= this.#run();
    return seqs.length;
  }

  /** Records that wait for the bus. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Why publishing does not succeed at the moment; undefined when it does. */
  get failing(): string | undefined {
    return this.#failing;
  }

  /** What the bus refused is tried again by the sweep, e.g. once its topic is there. */
  unblock(): void {
    for (const id of this.#blocked) this.#outboxes.forget(id);
    this.#blocked.clear();
  }

  /** Publishes what it can within `millis`, then gives up; the rest stays in the documents. */
  async stop(millis: number): Promise<void> {
    const patience = new AbortController();
    const { clock } = this.#ports;
    if (this.#running !== undefined) await Promise.race([this.#running, clock.sleep(millis, patience.signal)]);
    patience.abort();
    this.#stopping.abort();
    await this.#outboxes.flush();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) await this.#publish(this.#queue.slice(0, BATCH));
    this.#running = undefined;
  }

  /** Publishes the head of the queue, or waits. */
  async #publish(batch: readonly Entry[]): Promise<void> {
    try {
      await this.#ports.bus.publish(batch.map(({ record }) => record));
      this.#ports.failPoints?.pass("fp5");
      this.#failing = undefined;
      this.#queue = this.#queue.slice(batch.length);
      this.#ports.metrics.published(this.#owner, batch.length);
      for (const { documentId, seq } of batch) this.#outboxes.published(documentId, seq);
    } catch (error) {
      await this.#failed(batch, error);
    }
  }

  async #failed(batch: readonly Entry[], error: unknown): Promise<void> {
    const [first] = batch;
    if (error instanceof TroupeError && error.disposition !== "retry" && first !== undefined) {
      // Refused for good, nothing was written: by halves down to the entry that is refused, so that the others go on.
      if (batch.length > 1) return this.#publish(batch.slice(0, Math.ceil(batch.length / 2)));
      return this.#block(first, error);
    }
    if (this.#failing === undefined)
      this.#ports.log.warn({ role: this.#owner, code: codeOf(error) }, `publishing waits: ${explain(error)}`);
    this.#failing = reasonOf(error);
    await this.#ports.clock.sleep(PAUSE_MILLIS, this.#stopping.signal);
  }

  #block({ documentId, record: { topic } }: Entry, error: TroupeError): void {
    this.#failing = undefined; // the bus answers
    this.#blocked.add(documentId);
    this.#queue = this.#queue.filter((entry) => entry.documentId !== documentId);
    this.#ports.log.error(
      { role: this.#owner, code: error.code, document: documentId, topic },
      `a record of ${documentId} is refused by the bus and blocks what follows it: ${error.message}`,
    );
  }

  /** Entries decided and not yet published, the blocked ones too. */
  get unsent(): number {
    return this.#outboxes.unsent;
  }
}

const codeOf = (error: unknown): string => (error instanceof TroupeError ? error.code : "UNEXPECTED");
