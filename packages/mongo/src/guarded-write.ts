import type { DocumentWrite, Trim } from "@troupe/kernel";
import type { AnyBulkWriteOperation } from "mongodb";
import { type Lying, nameOf, searchTexts } from "./stored-document.ts";

/** Id of the document that holds the trap; no document id can equal it, because those contain slashes. */
export const TRAP_ID = "trap";

/**
 * One upsert per write, so that a whole bulk is one command and every operation tells its own outcome.
 *
 * A bulk only counts its matches, but it names each operation that failed. So a guard that does not hold must fail: the
 * filter `{ _id, version }` finds nothing, the upsert tries to insert, and
 *  - the `_id` exists under another version: duplicate key, a conflict;
 *  - the document is gone: the insert would bring it back to life. `trap` has a unique index, and one document holds its
 *    only value: again a duplicate key, a conflict (engine rule 5);
 *  - `expected` is 0: no document has version 0, so it is inserted, or its `_id` exists: a conflict.
 */
export function guardedWrite(write: DocumentWrite): AnyBulkWriteOperation<Lying> {
  const { body, outbox, history } = write;
  const entries = Object.entries(outbox);
  const absent = [...(body.dueAt === null ? ["dueAt"] : []), ...(body.parked === undefined ? ["parked"] : [])];
  const unset = absent.length > 0 && write.expected > 0 ? { $unset: Object.fromEntries(absent.map((field) => [field, "" as const])) } : {};
  return {
    updateOne: {
      filter: { _id: write.id, version: write.expected },
      update: {
        $set: {
          version: write.expected + 1,
          w: write.w,
          shard: write.shard,
          definition: body.definition,
          name: nameOf(body.definition),
          status: body.status,
          state: JSON.stringify(body.state),
          inbox: JSON.stringify(body.inbox),
          historyLength: body.historyLength,
          updatedAt: body.updatedAt,
          nextSeq: write.nextSeq,
          ...(body.dueAt === null ? {} : { dueAt: body.dueAt }),
          ...(body.parked === undefined ? {} : { parked: JSON.stringify(body.parked) }),
          ...(write.search === undefined ? {} : { search: searchTexts(write.search) }),
          ...Object.fromEntries(entries.map(([seq, entry]) => [`outbox.${seq}`, JSON.stringify(entry)])),
        },
        ...unset,
        ...(entries.length > 0 ? { $min: { unsentSince: body.updatedAt } } : {}),
        ...(history.length > 0
          ? { $push: { history: { $each: history.map(({ order, at, entry }) => ({ order, at, entry: JSON.stringify(entry) })) } } }
          : {}),
        ...(write.expected > 0 ? { $setOnInsert: { trap: true as const } } : {}),
      },
      upsert: true,
    },
  };
}

/**
 * Removes published entries, whatever the version is now; `unsentSince` goes only while the version is the one named and no
 * entry is left: whoever trims does not know of entries that another process wrote. Two operations, because a write may
 * come between.
 */
export function trimWrites({ id, seqs, emptyAt }: Trim): ReadonlyArray<AnyBulkWriteOperation<Lying>> {
  const entries: Record<string, ""> = Object.fromEntries(seqs.map((seq) => [`outbox.${seq}`, ""]));
  const writes: Array<AnyBulkWriteOperation<Lying>> = [];
  if (seqs.length > 0) writes.push({ updateOne: { filter: { _id: id }, update: { $unset: entries } } });
  if (emptyAt !== null)
    writes.push({ updateOne: { filter: { _id: id, version: emptyAt, outbox: {} }, update: { $unset: { unsentSince: "" } } } });
  return writes;
}
