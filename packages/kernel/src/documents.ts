import type { OutboundRecord, TopicPartition } from "./bus.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ParkedKey, ParkedRow, ParkedRows } from "./parking.ts";

/** A record decided but not yet seen on the bus. `value` is base64 of the wire bytes, null for a tombstone. */
export type OutboxEntry = {
  readonly topic: string;
  readonly key: string;
  readonly value: string | null;
  readonly headers: { readonly [name: string]: string };
};

/** One fold step as the history keeps it. `order` rises by one from 1 within the document. */
export type HistoryEntry = { readonly order: number; readonly at: number; readonly entry: JsonObject };

/** What a document holds besides its id and version. Everything that decides about a key stands in here. */
export type DocumentBody = {
  /** Definition that owns it, `name@version#hash` for sagas, the service for participants. */
  readonly definition: string;
  readonly status: string;
  readonly state: Json;
  /** Identities of the facts folded so far, with the time until which each is remembered: the inbox window. */
  readonly inbox: { readonly [identity: string]: number };
  /** Earliest time at which the document wants a timer fact, milliseconds since the epoch. */
  readonly dueAt: number | null;
  /** Number of history entries so far. */
  readonly historyLength: number;
  readonly updatedAt: number;
  /** There while the key is parked. A document that was made only to be parked has the state `null`. */
  readonly parked?: ParkedKey;
};

export type StoredDocument = DocumentBody & {
  readonly id: string;
  readonly version: number;
  /** Random stamp of the last write: tells "mine" from "another's" when the outcome of a write is unknown. */
  readonly w: string;
  readonly shard: number;
  /** Records decided and not known to be published, by sequence number. Always empty where work is atomic. */
  readonly outbox: { readonly [seq: string]: OutboxEntry };
  readonly nextSeq: number;
  /** Since when the outbox has not been empty. */
  readonly unsentSince: number | null;
};

/** What a document is found by besides its id: name (letters and digits) to value as text. */
export type SearchKeys = { readonly [name: string]: string };
/** Longer values are no search keys: nobody types them, and an index would hold them once more. In characters. */
export const SEARCH_VALUE_LIMIT = 200;

/** One guarded write: applies only while the stored version is `expected` (0: the document must not exist). */
export type DocumentWrite = {
  readonly id: string;
  readonly expected: number;
  readonly w: string;
  readonly shard: number;
  readonly body: DocumentBody;
  /** All of them: they replace those of earlier writes. Absent: those stay. */
  readonly search?: SearchKeys;
  readonly history: readonly HistoryEntry[];
  /** Appended under sequence numbers from the `nextSeq` that was read. Ignored where work is atomic. */
  readonly outbox: { readonly [seq: string]: OutboxEntry };
  readonly nextSeq: number;
};

/**
 * `conflict`: the version was another one, nothing was written. `unknown`: the reply was lost, read again.
 * `refused`: the store will never take it (too large).
 */
export type WriteOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "conflict" }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Published entries to remove. `emptyAt`: the version at which whoever trims knew of nothing else unsent. `unsentSince` is
 * cleared only while that is the version and no entry is left; another process may have written one.
 */
export type Trim = { readonly id: string; readonly seqs: readonly string[]; readonly emptyAt: number | null };

export type DocumentQuery = {
  readonly status?: string;
  /** Name without version, e.g. `orderFulfilment`. */
  readonly definition?: string;
  /** Only documents that have all of these search keys with these very values. */
  readonly search?: SearchKeys;
  readonly limit: number;
  /** Opaque, from the previous page. */
  readonly cursor?: string;
};
export type DocumentPage = { readonly documents: readonly StoredDocument[]; readonly cursor: string | null };

/** Documents of one owner (a consumer group). Versioned, one per key; no other operation may change two together. */
export type Documents = {
  /** Missing ids are absent from the map. Rejects with STORE_UNREACHABLE. */
  load(ids: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>>;
  /** One outcome per write, in order. Never rejects for a lost reply: that is `unknown`. */
  commit(writes: readonly DocumentWrite[]): Promise<readonly WriteOutcome[]>;
  /** Ids of documents with dueAt <= now on these shards, earliest first. `null`: all shards. */
  due(query: { readonly shards: readonly number[] | null; readonly now: number; readonly limit: number }): Promise<readonly DueDocument[]>;
  /** Documents whose outbox has waited since before `before`, on these shards. */
  unsent(query: {
    readonly shards: readonly number[] | null;
    readonly before: number;
    readonly limit: number;
  }): Promise<readonly StoredDocument[]>;
  trim(trims: readonly Trim[]): Promise<void>;
  /** Newest change first. Rejects with STORE_UNREACHABLE. */
  query(query: DocumentQuery): Promise<DocumentPage>;
  /** Number of documents by status. */
  countByStatus(definition?: string): Promise<{ readonly [status: string]: number }>;
  /** History of one document in fold order. */
  history(id: string): Promise<readonly HistoryEntry[]>;
};
export type DueDocument = { readonly id: string; readonly shard: number; readonly dueAt: number };

/** Status of the marker that is left of a finished document: it takes no more facts, and says that its key was used. */
export const ARCHIVED = "archived";

/** How the documents of one owner age: what is finished becomes a marker, and markers go. All reject with STORE_UNREACHABLE. */
export type Aging = {
  /** Documents in one of these statuses that have not changed since `before`, the oldest first. */
  aged(query: {
    readonly statuses: readonly string[];
    readonly before: number;
    readonly limit: number;
  }): Promise<readonly StoredDocument[]>;
  /** State, inbox and history go, a marker stays. One that has changed, is parked or has something to publish is left alone. */
  archive(marks: ReadonlyArray<{ readonly id: string; readonly expected: number; readonly w: string; readonly at: number }>): Promise<void>;
  /** Gone, unless they have changed meanwhile. */
  remove(marks: ReadonlyArray<{ readonly id: string; readonly expected: number }>): Promise<void>;
};

/** A record that no handler could take, with all that is needed to read or redrive it. */
export type DeadLetter = TopicPartition & {
  /** `group/topic/partition/offset`: writing it twice changes nothing. */
  readonly id: string;
  readonly group: string;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  /** base64 of the raw bytes. */
  readonly value: string | null;
  readonly headers: { readonly [name: string]: string };
  readonly code: string;
  readonly reason: string;
  readonly at: number;
};
/** Which dead letters; all that is given must fit. `since`: put away at this time or later. */
export type DeadLetterFilter = {
  readonly id?: string;
  readonly group?: string;
  readonly topic?: string;
  readonly code?: string;
  readonly key?: string;
  readonly since?: number;
};
export type DeadLetters = {
  /** Durable when it resolves; an id that exists is left as it was. */
  add(letters: readonly DeadLetter[]): Promise<void>;
  /** Newest first. */
  list(query: DeadLetterFilter & { readonly limit: number }): Promise<readonly DeadLetter[]>;
  /** Ids that are not there are passed over. */
  remove(ids: readonly string[]): Promise<void>;
  count(): Promise<number>;
};

/** Everything a document adapter gives to a process. */
export type DocumentStore = {
  readonly adapter: string;
  /** Documents of one owner; owners never see each other's. */
  documents(owner: string): Documents;
  /** Absent where nothing ages. */
  aging?(owner: string): Aging;
  readonly deadLetters: DeadLetters;
  readonly parked: ParkedRows;
  /** Small values that must survive a restart (format of the data, definitions by hash). Last write wins. */
  readonly settings: Settings;
  close(): Promise<void>;
};
export type Settings = {
  get(key: string): Promise<JsonObject | null>;
  put(key: string, value: JsonObject): Promise<void>;
  /** All whose key starts with `prefix`, by key. */
  list(prefix: string): Promise<ReadonlyArray<{ readonly key: string; readonly value: JsonObject }>>;
};

/** Rows of parked records that come and go with a write: added before it or with it, removed after it or with it. */
export type ParkingRows = { readonly add: readonly ParkedRow[]; readonly remove: readonly string[] };

/** One batch of work made durable as a whole: where bus and documents are one store. */
export type Work = {
  readonly owner: string;
  /** Consumer group and epoch whose offsets move; null for work that reads nothing (timers, reactions, HTTP). */
  readonly membership: { readonly group: string; readonly epoch: number } | null;
  /** A write that conflicts drops its records, its rows and the offsets of the whole work; the other writes still apply. */
  readonly writes: ReadonlyArray<{
    readonly write: DocumentWrite;
    readonly records: readonly OutboundRecord[];
    readonly parking?: ParkingRows;
  }>;
  readonly deadLetters: readonly DeadLetter[];
  readonly offsets: ReadonlyArray<TopicPartition & { readonly next: number }>;
};
export type WorkOutcome = {
  readonly outcomes: readonly WriteOutcome[];
  /** False when a write conflicted, or the epoch is not the group's any more. */
  readonly offsetsStored: boolean;
};
export type AtomicWork = {
  /** Works of all roles of a process that wait are merged into one transaction (group commit, one fsync). */
  commitWork(work: Work): Promise<WorkOutcome>;
};
