import type { HistoryEntry, Json, OutboundRecord, SearchKeys } from "@troupe/kernel";
import type { ProducerSpan } from "@troupe/telemetry";
import type { Applied, Notice } from "../document-fold.ts";
import type { EncodedEmission } from "./encode-emission.ts";

/** What the facts of one fold decided together, in order. Nothing of it has happened yet. */
export class Collected {
  readonly history: HistoryEntry[] = [];
  readonly records: OutboundRecord[] = [];
  readonly runs: Json[] = [];
  readonly notices: Notice[] = [];
  readonly produced: ProducerSpan[] = [];
  /** Of the last fact that changed it; undefined when none did. */
  search: SearchKeys | undefined;
  readonly #now: number;
  readonly #historyLength: number;

  /** `historyLength`: of the document before. */
  constructor({ now, historyLength }: { readonly now: number; readonly historyLength: number }) {
    this.#now = now;
    this.#historyLength = historyLength;
  }

  /** Entries of the document, with those of this fold. */
  get historyLength(): number {
    return this.#historyLength + this.history.length;
  }

  add({ history, search, run = [], notices = [] }: Applied, encoded: readonly EncodedEmission[]): void {
    for (const { record, produced } of encoded) {
      this.records.push(record);
      this.produced.push(produced);
    }
    for (const entry of history) this.history.push({ order: this.historyLength + 1, at: this.#now, entry });
    this.runs.push(...run);
    this.notices.push(...notices);
    this.search = search ?? this.search;
  }
}
