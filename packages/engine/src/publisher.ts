import {
  type Clock,
  type Documents,
  explain,
  type Log,
  type OutboundRecord,
  reasonOf,
  type StoredDocument,
  type Trim,
  TroupeError,
} from "@troupe/kernel";
import type { EnginePorts } from "./engine-ports.ts";

type Entry = { readonly documentId: string; readonly seq: string; readonly record: OutboundRecord };
type Unsent = { readonly seqs: Set<string>; version: number };

const BATCH = 500;

/**
 * Brings outbox entries of durable documents to the bus, in the order in which they were enqueued, one produce request in
 * flight; then trims them from their documents. One queue keeps order per document and key without further rules.
 * What a crash leaves unpublished stands in the documents, and the sweep enqueues it again.
 */
export class Publisher {
  readonly #ports: Pick<EnginePorts, "bus" | "clock" | "metrics">;
  readonly #documents: Documents;
  readonly #log: Log;
  readonly #owner: string;
  readonly #stopping = new AbortController();
  /** Entries enqueued and not yet trimmed, by document: what the sweep must not enqueue twice. */
  readonly #unsent = new Map<string, Unsent>();
  #queue: Entry[] = [];
  #trims: Trim[] = [];
  #running: Promise<void> | undefined;
  #failing: string | undefined;

  constructor(options: {
    readonly owner: string;
    readonly ports: Pick<EnginePorts, "bus" | "clock" | "metrics" | "log">;
    readonly documents: Documents;
  }) {
    this.#owner = options.owner;
    this.#ports = options.ports;
    this.#documents = options.documents;
    this.#log = options.ports.log;
  }

  /** Takes the entries of a document that are not on their way already. `document.version` is the version they are part of. */
  enqueue(document: StoredDocument): void {
    const entries = Object.entries(document.outbox).sort(([a], [b]) => Number(a) - Number(b));
    const tracked = this.#unsent.get(document.id);
    if (tracked !== undefined) tracked.version = Math.max(tracked.version, document.version); // else a later trim would name an old version
    if (entries.length === 0) return;
    const unsent = tracked ?? { seqs: new Set<string>(), version: document.version };
    this.#unsent.set(document.id, unsent);
    for (const [seq, { topic, key, value, headers }] of entries) {
      if (unsent.seqs.has(seq)) continue;
      unsent.seqs.add(seq);
      const bytes = value === null ? null : new Uint8Array(Buffer.from(value, "base64"));
      this.#queue.push({ documentId: document.id, seq, record: { topic, key, value: bytes, headers } });
    }
    this.#running ??= this.#run();
  }

  /** Records that wait for the bus. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Why publishing does not succeed at the moment; undefined when it does. */
  get failing(): string | undefined {
    return this.#failing;
  }

  /** Publishes what it can within `millis`, then gives up; the rest stays in the documents. */
  async stop(millis: number): Promise<void> {
    const running = this.#running;
    if (running !== undefined) await Promise.race([running, this.#ports.clock.sleep(millis)]);
    this.#stopping.abort();
    await this.#flushTrims();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) {
      const batch = this.#queue.slice(0, BATCH);
      if (await this.#publish(batch)) {
        this.#queue = this.#queue.slice(batch.length);
        for (const entry of batch) this.#published(entry);
        if (this.#queue.length === 0 || this.#trims.length >= BATCH) await this.#flushTrims();
      }
    }
    this.#running = undefined;
  }

  async #publish(batch: readonly Entry[]): Promise<boolean> {
    try {
      await this.#ports.bus.publish(batch.map(({ record }) => record));
      this.#ports.metrics.published(this.#owner, batch.length);
      this.#failing = undefined;
      return true;
    } catch (error) {
      // Not retriable for the whole batch: isolate the entry that is refused, so that the others go on.
      if (error instanceof TroupeError && error.disposition === "refuse" && batch.length > 1) return this.#publishOneByOne(batch);
      if (this.#failing === undefined) this.#log.warn({ role: this.#owner, code: codeOf(error) }, `publishing waits: ${explain(error)}`);
      this.#failing = reasonOf(error);
      await this.#ports.clock.sleep(500, this.#stopping.signal);
      return false;
    }
  }

  async #publishOneByOne(batch: readonly Entry[]): Promise<boolean> {
    for (const entry of batch) {
      while (!this.#stopping.signal.aborted && !(await this.#publish([entry])));
    }
    return !this.#stopping.signal.aborted;
  }

  #published({ documentId, seq }: Entry): void {
    const unsent = this.#unsent.get(documentId);
    if (unsent === undefined) return;
    unsent.seqs.delete(seq);
    const empty = unsent.seqs.size === 0;
    if (empty) this.#unsent.delete(documentId);
    this.#trims.push({ id: documentId, seqs: [seq], emptyAt: empty ? unsent.version : null });
  }

  async #flushTrims(): Promise<void> {
    const trims = merged(this.#trims);
    this.#trims = [];
    if (trims.length === 0) return;
    try {
      await this.#documents.trim(trims);
    } catch (error) {
      // Harmless: the sweep publishes them once more under the same ids, and trims again.
      this.#log.debug({ role: this.#owner, code: codeOf(error) }, `trimming failed: ${reasonOf(error)}`);
    }
  }
}

/** One trim per document, so that a bulk does not touch a document twice. */
function merged(trims: readonly Trim[]): readonly Trim[] {
  const byId = new Map<string, { id: string; seqs: string[]; emptyAt: number | null }>();
  for (const { id, seqs, emptyAt } of trims) {
    const entry = byId.get(id) ?? { id, seqs: [], emptyAt: null };
    entry.seqs.push(...seqs);
    entry.emptyAt = emptyAt;
    byId.set(id, entry);
  }
  return [...byId.values()];
}

const codeOf = (error: unknown): string => (error instanceof TroupeError ? error.code : "UNEXPECTED");

/** Publishes again what crashes and lost replies left in outboxes. Rests while publishing fails. */
export async function sweepOutboxes(options: {
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly shards: readonly number[] | null;
  readonly olderThanMillis: number;
}): Promise<number> {
  const { documents, publisher, clock, shards, olderThanMillis } = options;
  if (publisher.failing !== undefined) return 0;
  const waiting = await documents.unsent({ shards, before: clock.now() - olderThanMillis, limit: 500 });
  for (const document of waiting) publisher.enqueue(document);
  // A trim that lost its race against a later write leaves the mark on an empty outbox: clear it, or it is found for ever.
  const empty = waiting.filter(({ outbox }) => Object.keys(outbox).length === 0);
  if (empty.length > 0) await documents.trim(empty.map(({ id, version }) => ({ id, seqs: [], emptyAt: version })));
  return waiting.length - empty.length;
}
