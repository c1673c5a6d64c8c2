import {
  type DocumentWrite,
  type HistoryEntry,
  type OutboundRecord,
  type ParkedKey,
  type ParkingRows,
  parseDocumentId,
  type Random,
  type SearchKeys,
  type StoredDocument,
  shardOf,
} from "@troupe/kernel";
import type { Applied } from "../document-fold.ts";
import { base64 } from "../read/decode-inputs.ts";
import { remember } from "./inbox.ts";

/** One guarded write with the records it decided, and the document as it is once the write has won. */
export type PlannedWrite = {
  readonly write: DocumentWrite;
  readonly records: readonly OutboundRecord[];
  readonly after: StoredDocument;
  /** Rows of parked records that come or go with it. */
  readonly parking?: ParkingRows | undefined;
};

/** What folding gave, to be written over `stored`. */
export type Plan = {
  readonly id: string;
  readonly stored: StoredDocument | null;
  readonly last: Pick<Applied, "definition" | "status" | "state" | "dueAt">;
  readonly parked: ParkedKey | undefined;
  readonly parking: ParkingRows | undefined;
  /** Of the last fact that changed it; undefined when none did. */
  readonly search: SearchKeys | undefined;
  readonly identities: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly records: readonly OutboundRecord[];
  readonly now: number;
};

/** `staged`: the records go through the document's outbox; else they are written in the same transaction. */
export function planWrite(
  plan: Plan,
  options: { readonly staged: boolean; readonly horizonMillis: number; readonly random: Random },
): PlannedWrite {
  const { id, stored, last, history, records, now, parked, parking } = plan;
  const { staged, horizonMillis, random } = options;
  const body = {
    definition: last.definition,
    status: last.status,
    state: last.state,
    inbox: remember(stored?.inbox ?? {}, plan.identities, { now, horizonMillis, forget: parked === undefined }),
    dueAt: last.dueAt,
    historyLength: (stored?.historyLength ?? 0) + history.length,
    updatedAt: now,
    ...(parked === undefined ? {} : { parked }),
  };
  const expected = stored?.version ?? 0;
  const w = stampOf(random);
  const shard = shardOf(parseDocumentId(id)?.key ?? id);
  const firstSeq = stored?.nextSeq ?? 1;
  const outbox = staged ? Object.fromEntries(records.map((record, at) => [String(firstSeq + at), outboxEntry(record)])) : {};
  const nextSeq = staged ? firstSeq + records.length : firstSeq;
  const search = plan.search === undefined ? {} : { search: plan.search };
  const write = { id, expected, w, shard, body, ...search, history, outbox, nextSeq };
  // Of the outbox only what this write adds: what stands there already is the store's, and never written back.
  const after = { ...body, id, version: expected + 1, w, shard, outbox, nextSeq, unsentSince: null };
  return { write, records, after, parking };
}

const outboxEntry = ({ topic, key, value, headers }: OutboundRecord) => ({
  topic,
  key,
  value: value === null ? null : base64(value),
  headers,
});

const stampOf = (random: Random): string => Math.floor(random.next() * 2 ** 48).toString(36);
