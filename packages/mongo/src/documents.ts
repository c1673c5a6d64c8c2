import { type Aging, type Documents, type DocumentWrite, SHARDS, type WriteOutcome } from "@troupe/kernel";
import { type AnyBulkWriteOperation, BSON, type Collection, type CreateIndexesOptions, type Db, type IndexSpecification } from "mongodb";
import { isDuplicateKey, unreachable } from "./errors.ts";
import { guardedWrite, TRAP_ID, trimWrites } from "./guarded-write.ts";
import { parseJson } from "./json-text.ts";
import { outcomesOf } from "./outcomes.ts";
import { pageOf, selectionOf } from "./paging.ts";
import { createAging } from "./put-away/aging.ts";
import { type Lying, toDocument } from "./stored-document.ts";

/** BSON's limit of 16 MiB less what the server and the driver add around an operation. */
const LARGEST_BYTES = 16 * 1024 * 1024 - 16_384;
/** More than numbers, names and framing of an operation take. */
const FRAME = 2_000;
const OK: WriteOutcome = { kind: "ok" };

const INDEXES: ReadonlyArray<readonly [IndexSpecification, CreateIndexesOptions]> = [
  [{ trap: 1 }, { unique: true, partialFilterExpression: { trap: { $exists: true } } }],
  [{ shard: 1, unsentSince: 1 }, { partialFilterExpression: { unsentSince: { $exists: true } } }],
  [{ shard: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } }],
  [{ updatedAt: -1, _id: -1 }, {}],
  [{ status: 1, updatedAt: -1, _id: -1 }, {}],
  [{ name: 1, status: 1, updatedAt: -1, _id: -1 }, {}],
  [{ search: 1, updatedAt: -1, _id: -1 }, { partialFilterExpression: { search: { $exists: true } } }],
];

export type DocumentsOptions = {
  readonly owner: string;
  readonly address: string;
  /** See MongoOptions. */
  readonly withinWrite?: (() => void) | undefined;
  readonly maxDocumentBytes?: number | undefined;
};

export type AgingDocuments = Documents & { readonly aging: Aging };

/** Documents of one owner in a collection of their own, which is made and indexed at its first use. */
export function createDocuments(
  db: Db,
  { owner, address, withinWrite, maxDocumentBytes = LARGEST_BYTES }: DocumentsOptions,
): AgingDocuments {
  const collection = db.collection<Lying>(`documents.${encodeURIComponent(owner)}`);
  let prepared: Promise<void> | undefined;

  async function ready(): Promise<Collection<Lying>> {
    prepared ??= prepare(collection);
    const preparing = prepared;
    try {
      await preparing;
    } catch (error) {
      if (prepared === preparing) prepared = undefined;
      throw error;
    }
    return collection;
  }

  async function ask<T>(question: (documents: Collection<Lying>) => Promise<T>): Promise<T> {
    try {
      return await question(await ready());
    } catch (error) {
      throw unreachable(error, address);
    }
  }

  const find = (filter: object, { limit, sort }: { limit: number; sort: Record<string, 1 | -1> }): Promise<Lying[]> =>
    ask((documents) => documents.find(filter, { projection: WITHOUT_HISTORY, sort, limit }).toArray());

  return {
    aging: createAging(ask),
    load: (ids) =>
      ask(async (documents) => {
        if (ids.length === 0) return new Map();
        const found = await documents.find({ _id: { $in: [...ids] } }, { projection: WITHOUT_HISTORY }).toArray();
        return new Map(found.map((lying) => [lying._id, toDocument(lying)]));
      }),
    commit: (writes) => commit(writes, { ready, withinWrite, most: Math.min(maxDocumentBytes, LARGEST_BYTES) }),
    async due({ shards, now, limit }) {
      const found = await find({ shard: shardFilter(shards), dueAt: { $lte: now } }, { limit, sort: { dueAt: 1, _id: 1 } });
      return found.map(({ _id, shard, dueAt }) => ({ id: _id, shard, dueAt: dueAt ?? now }));
    },
    async unsent({ shards, before, limit }) {
      const found = await find({ shard: shardFilter(shards), unsentSince: { $lt: before } }, { limit, sort: { unsentSince: 1, _id: 1 } });
      return found.map(toDocument);
    },
    async trim(trims) {
      const writes = trims.flatMap(trimWrites);
      if (writes.length > 0) await ask((documents) => documents.bulkWrite([...writes], { ordered: false }));
    },
    async query(query) {
      const found = await find(selectionOf(query), { limit: query.limit + 1, sort: { updatedAt: -1, _id: -1 } });
      return pageOf(found, query.limit);
    },
    countByStatus: (definition) =>
      ask(async (documents) => {
        const match = definition === undefined ? { _id: { $ne: TRAP_ID } } : { name: definition };
        const counts = documents.aggregate<{ _id: string; n: number }>([{ $match: match }, { $group: { _id: "$status", n: { $sum: 1 } } }]);
        return Object.fromEntries((await counts.toArray()).map(({ _id, n }) => [_id, n]));
      }),
    history: (id) =>
      ask(async (documents) => {
        const found = await documents.findOne({ _id: id }, { projection: { history: 1 } });
        return (found?.history ?? []).map(({ order, at, entry }) => ({ order, at, entry: parseJson(entry) }));
      }),
  };
}

const WITHOUT_HISTORY = { history: 0 } as const;

/** All shards as a range, so that the index whose first field it is can be used. */
function shardFilter(shards: readonly number[] | null): object {
  return shards === null || shards.length >= SHARDS ? { $gte: 0 } : { $in: [...shards] };
}

/** Everything here may be repeated, by every process at its start. */
async function prepare(collection: Collection<Lying>): Promise<void> {
  await collection.createIndexes(INDEXES.map(([key, options]) => ({ key: key as Record<string, 1 | -1>, ...options }))); // written above as such
  try {
    await collection.updateOne({ _id: TRAP_ID }, { $setOnInsert: { trap: true } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error; // another process set it at the same time
  }
}

type Committing = {
  readonly ready: () => Promise<Collection<Lying>>;
  readonly withinWrite: (() => void) | undefined;
  /** Bytes of the largest write. */
  readonly most: number;
};

async function commit(writes: readonly DocumentWrite[], { ready, withinWrite, most }: Committing): Promise<readonly WriteOutcome[]> {
  const operations = writes.map(guardedWrite);
  const outcomes = operations.map((operation) => refusalOf(operation, most) ?? OK);
  const sent = operations.flatMap((operation, at) => (outcomes[at] === OK ? [{ at, operation }] : []));
  if (sent.length === 0) return outcomes;
  const send = (part: typeof sent): Promise<readonly WriteOutcome[]> =>
    bulk(async () => {
      const collection = await ready();
      await collection.bulkWrite(
        part.map(({ operation }) => operation),
        { ordered: false },
      );
    }, part.length);
  const answers = withinWrite === undefined ? await send(sent) : await inHalves(sent, { send, withinWrite });
  for (const [place, { at }] of sent.entries()) outcomes[at] = answers[place] ?? { kind: "unknown", reason: "no answer" };
  return outcomes;
}

async function inHalves<Sent>(
  sent: readonly Sent[],
  { send, withinWrite }: { readonly send: (part: Sent[]) => Promise<readonly WriteOutcome[]>; readonly withinWrite: () => void },
): Promise<readonly WriteOutcome[]> {
  const half = Math.ceil(sent.length / 2);
  const first = await send(sent.slice(0, half));
  withinWrite();
  return half === sent.length ? first : [...first, ...(await send(sent.slice(half)))];
}

async function bulk(write: () => Promise<void>, count: number): Promise<readonly WriteOutcome[]> {
  try {
    await write();
    return outcomesOf(count, undefined);
  } catch (error) {
    return outcomesOf(count, error);
  }
}

/** The driver refuses a whole bulk when one operation is too large, so such a write must not get into it. */
function refusalOf(operation: AnyBulkWriteOperation<Lying>, most: number): WriteOutcome | undefined {
  if (textLength(operation) < Math.floor(most / 3) - FRAME) return undefined; // a UTF-16 unit of text is at most three bytes
  const bytes = BSON.calculateObjectSize(operation);
  return bytes <= most ? undefined : { kind: "refused", reason: `it has ${bytes} bytes, allowed are ${most}` };
}

/** About the size of an operation in UTF-16 units, each at most three bytes; far cheaper than its exact size. */
function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 4; // a number has 8 bytes, and its element two more
  let length = 3; // frame of an object
  for (const [name, inner] of Object.entries(value)) length += name.length + textLength(inner);
  return length;
}
