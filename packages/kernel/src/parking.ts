import type { TopicPartition } from "./bus.ts";
import type { Headers } from "./envelope.ts";

/*
 * A key whose record can't be folded is parked: the record and all that come after it for the same document wait, in
 * order, while the partition flows on (engine rule 13). The document says which records wait; rows hold their bytes.
 */

/** A record that waits. `identity`: of its fact, so that a second delivery is known. `bytes`: of its row. */
export type ParkedPlace = TopicPartition & { readonly offset: number; readonly identity: string; readonly bytes: number };

/** What an operator asked for; the owner of the document does it. `places`: records to give up, by `recordPlace`. */
export type ParkedAsk = { readonly kind: "retry" } | { readonly kind: "drop"; readonly places: readonly string[] };

/** Part of a document: it is parked as long as this is there. */
export type ParkedKey = {
  /** Milliseconds since the epoch, when the first of the records was parked. */
  readonly since: number;
  /** Why the first of the records can't be folded. */
  readonly code: string;
  readonly reason: string;
  /** How often an operator had it tried again in vain. */
  readonly tries: number;
  /** In the order in which they must be folded; never empty. */
  readonly places: readonly ParkedPlace[];
  /** When the document's own timers are due; they are held meanwhile. */
  readonly timersAt: number | null;
  readonly asked: ParkedAsk | null;
};

/** `dueAt` of a document whose parked records are to be tried again: before every real timer. */
export const PARKED_DUE_AT = 1;

/** Bytes of a parked record, for one document. Owner, document and place identify it: writing it twice changes nothing. */
export type ParkedRow = TopicPartition & {
  readonly owner: string;
  readonly document: string;
  readonly offset: number;
  /** Milliseconds since the epoch, of the record. */
  readonly timestamp: number;
  readonly key: string | null;
  /** base64 of the raw bytes; null for a tombstone. */
  readonly value: string | null;
  readonly headers: Headers;
  /** About what it takes: key, value and headers. */
  readonly bytes: number;
  /** When it was parked. */
  readonly at: number;
};

export type ParkedTotals = { readonly keys: number; readonly rows: number; readonly bytes: number };

/**
 * The rows of all owners. A row that its document does not name is left over from a crash or a lost race: nobody reads
 * it, and it goes with the horizon. All calls reject with STORE_UNREACHABLE.
 */
export type ParkedRows = {
  /** Durable when it resolves; a row that exists is left as it was. */
  add(rows: readonly ParkedRow[]): Promise<void>;
  /** Rows of one document, by topic, partition and offset. */
  load(owner: string, document: string): Promise<readonly ParkedRow[]>;
  /** `places`: by `recordPlace`. */
  remove(owner: string, document: string, places: readonly string[]): Promise<void>;
  /** Documents with rows, oldest row first. */
  documents(query: { readonly owner?: string; readonly limit: number }): Promise<ReadonlyArray<{ owner: string; document: string }>>;
  totals(owner: string): Promise<ParkedTotals>;
};

/** `topic/partition/offset`: names a place of the log in one text. */
export const recordPlace = ({ topic, partition, offset }: TopicPartition & { readonly offset: number }): string =>
  `${topic}/${partition}/${offset}`;
