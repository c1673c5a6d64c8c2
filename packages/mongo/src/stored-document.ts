import type { Json, OutboxEntry, ParkedKey, SearchKeys, StoredDocument } from "@troupe/kernel";
import { parseJson } from "./json-text.ts";

/**
 * A document as it lies in MongoDB. What is searched for has a field of its own. `state`, `inbox`, outbox entries and
 * history entries are JSON text: their keys are free (dots, dollar signs), which BSON paths and servers before 5.0 do not
 * take, numbers come back exactly as JSON has them, and nobody searches inside them.
 *
 * Absent means null for `dueAt` and `unsentSince`, so that the partial indexes hold only documents that wait for
 * something, and so that `$min` keeps the older of two `unsentSince`.
 */
export type Lying = {
  readonly _id: string;
  readonly version: number;
  readonly w: string;
  readonly shard: number;
  readonly definition: string;
  /** `definition` without its version: what queries filter by. */
  readonly name: string;
  readonly status: string;
  readonly state: string;
  readonly inbox: string;
  readonly dueAt?: number;
  readonly historyLength: number;
  readonly updatedAt: number;
  readonly nextSeq: number;
  /** Search keys as `name=value`; absent where there never were any. */
  readonly search?: readonly string[];
  readonly unsentSince?: number;
  /** JSON text; only while the key is parked. */
  readonly parked?: string;
  /** Sequence number to JSON text of the entry. Absent until the first entry. */
  readonly outbox?: { readonly [seq: string]: string };
  readonly history?: ReadonlyArray<{ readonly order: number; readonly at: number; readonly entry: string }>;
  /** Only on the one document that makes an update of a missing document fail (see guarded-write.ts). */
  readonly trap?: true;
};

export function toDocument(lying: Lying): StoredDocument {
  const outbox: Record<string, OutboxEntry> = {};
  for (const [seq, text] of Object.entries(lying.outbox ?? {})) outbox[seq] = parseJson<OutboxEntry>(text);
  return {
    id: lying._id,
    version: lying.version,
    w: lying.w,
    shard: lying.shard,
    definition: lying.definition,
    status: lying.status,
    state: parseJson<Json>(lying.state),
    inbox: parseJson<StoredDocument["inbox"]>(lying.inbox),
    dueAt: lying.dueAt ?? null,
    historyLength: lying.historyLength,
    updatedAt: lying.updatedAt,
    nextSeq: lying.nextSeq,
    unsentSince: lying.unsentSince ?? null,
    outbox,
    ...(lying.parked === undefined ? {} : { parked: parseJson<ParkedKey>(lying.parked) }),
  };
}

/** How search keys lie; a name holds no equals sign. */
export const searchTexts = (search: SearchKeys): readonly string[] => Object.entries(search).map(([name, value]) => `${name}=${value}`);

/** `orderFulfilment@3#ab12` gives `orderFulfilment`; a participant's definition is its name. */
export const nameOf = (definition: string): string => definition.split("@", 1)[0] ?? definition;
