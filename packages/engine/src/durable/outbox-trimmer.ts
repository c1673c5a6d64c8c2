import { type Documents, reasonOf, type StoredDocument } from "@troupe/kernel";
import type { EnginePorts } from "../engine-ports.ts";

/** `seqs`: entries that are on their way or published, and still in the document. `sent`: those of them that are published. */
type Outbox = { readonly seqs: Set<string>; readonly sent: Set<string>; version: number };

export type TrimmerOptions = {
  readonly owner: string;
  readonly ports: Pick<EnginePorts, "clock" | "log">;
  readonly documents: Documents;
  /** Trims flush in a bulk of their own at most this often. */
  readonly trimEveryMillis: number;
};

/**
 * Knows which outbox entries this process has taken up, and removes the published ones from their documents, in bulks and
 * beside the publishing. An entry counts as taken up until its removal is durable, so the sweep does not send it twice.
 */
export class OutboxTrimmer {
  readonly #options: TrimmerOptions;
  readonly #stopping: AbortSignal;
  readonly #outboxes = new Map<string, Outbox>();
  #sent = 0;
  #taken = 0;
  #trimming: Promise<void> | undefined;

  constructor(options: TrimmerOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  /** Takes up the entries of a document; returns the seqs that were not yet, in order. */
  track({ id, version, outbox }: StoredDocument): readonly string[] {
    const known = this.#outboxes.get(id);
    if (known !== undefined) known.version = Math.max(known.version, version); // else the trim would name an old version
    const fresh = Object.keys(outbox)
      .filter((seq) => known?.seqs.has(seq) !== true)
      .sort((a, b) => Number(a) - Number(b));
    if (fresh.length === 0) return fresh;
    const entry = known ?? { seqs: new Set(), sent: new Set(), version };
    this.#outboxes.set(id, entry);
    for (const seq of fresh) entry.seqs.add(seq);
    this.#taken += fresh.length;
    return fresh;
  }

  published(id: string, seq: string): void {
    const entry = this.#outboxes.get(id);
    if (entry === undefined) return;
    entry.sent.add(seq);
    this.#sent += 1;
    this.#trimming ??= this.#trim();
  }

  /** Gives up what is not published of a document: the sweep takes it up again. */
  forget(id: string): void {
    const entry = this.#outboxes.get(id);
    if (entry === undefined) return;
    for (const seq of entry.seqs) {
      if (entry.sent.has(seq)) continue;
      entry.seqs.delete(seq);
      this.#taken -= 1;
    }
  }

  /** Entries taken up and not published. */
  get unsent(): number {
    return this.#taken - this.#sent;
  }

  async #trim(): Promise<void> {
    while (this.#sent > 0 && !this.#stopping.aborted) {
      await this.#options.ports.clock.sleep(this.#options.trimEveryMillis, this.#stopping);
      if (!this.#stopping.aborted) await this.#flushNow();
    }
    this.#trimming = undefined;
  }

  /** Removes what is published once more, after what is under way. */
  async flush(): Promise<void> {
    await this.#trimming;
    await this.#flushNow();
  }

  async #flushNow(): Promise<void> {
    const batch = [...this.#outboxes].flatMap(([id, { seqs, sent, version }]) =>
      sent.size === 0 ? [] : [{ id, seqs: [...sent], emptyAt: sent.size === seqs.size ? version : null }],
    );
    if (batch.length === 0) return;
    try {
      await this.#options.documents.trim(batch);
    } catch (error) {
      // Harmless: they are removed the next time, or published once more under the same ids after a restart.
      this.#options.ports.log.debug({ role: this.#options.owner }, `trimming failed: ${reasonOf(error)}`);
      return;
    }
    for (const { id, seqs } of batch) this.#trimmed(id, seqs);
  }

  #trimmed(id: string, seqs: readonly string[]): void {
    const entry = this.#outboxes.get(id);
    if (entry === undefined) return;
    for (const seq of seqs) {
      entry.seqs.delete(seq);
      entry.sent.delete(seq);
    }
    this.#sent -= seqs.length;
    this.#taken -= seqs.length;
    if (entry.seqs.size === 0) this.#outboxes.delete(id);
  }
}
