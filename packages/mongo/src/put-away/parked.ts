import { type ParkedRow, type ParkedRows, type ParkedTotals, recordPlace } from "@troupe/kernel";
import type { Db } from "mongodb";
import { asking } from "../errors.ts";
import { parseJson } from "../json-text.ts";
import { addOnce } from "./kept-once.ts";

/** A parked record under owner, document and place. `headers` as JSON text, because header names are free. */
type Lying = Omit<ParkedRow, "headers"> & { readonly _id: string; readonly headers: string };

export async function createParkedRows(db: Db, address: string): Promise<ParkedRows> {
  const collection = db.collection<Lying>("parked");
  await collection.createIndexes([{ key: { owner: 1, document: 1, topic: 1, partition: 1, offset: 1 } }, { key: { at: 1 } }]);

  const ask = <T>(question: () => Promise<T>): Promise<T> => asking(address, question);

  return {
    add: (rows) => addOnce(collection, rows.map(lyingOf), address),
    load: (owner, document) =>
      ask(async () => {
        const found = collection.find({ owner, document }, { sort: { topic: 1, partition: 1, offset: 1 } });
        return (await found.toArray()).map(rowOf);
      }),
    remove: (owner, document, places) =>
      ask(async () => {
        if (places.length > 0) await collection.deleteMany({ _id: { $in: places.map((place) => idOf(owner, document, place)) } });
      }),
    documents: ({ owner, limit }) =>
      ask(() =>
        collection
          .aggregate<{ owner: string; document: string }>([
            { $match: owner === undefined ? {} : { owner } },
            { $group: { _id: { owner: "$owner", document: "$document" }, at: { $min: "$at" } } },
            { $sort: { at: 1, "_id.document": 1 } },
            { $limit: limit },
            { $project: { _id: 0, owner: "$_id.owner", document: "$_id.document" } },
          ])
          .toArray(),
      ),
    totals: (owner) =>
      ask(async () => {
        const found = collection.aggregate<ParkedTotals>([
          { $match: { owner } },
          { $group: { _id: "$document", rows: { $sum: 1 }, bytes: { $sum: "$bytes" } } },
          { $group: { _id: null, keys: { $sum: 1 }, rows: { $sum: "$rows" }, bytes: { $sum: "$bytes" } } },
          { $project: { _id: 0 } },
        ]);
        return (await found.toArray())[0] ?? { keys: 0, rows: 0, bytes: 0 };
      }),
  };
}

const idOf = (owner: string, document: string, place: string): string => JSON.stringify([owner, document, place]);

function lyingOf({ headers, ...rest }: ParkedRow): Lying {
  return { _id: idOf(rest.owner, rest.document, recordPlace(rest)), headers: JSON.stringify(headers), ...rest };
}

function rowOf({ _id: _, headers, ...rest }: Lying): ParkedRow {
  return { ...rest, headers: parseJson(headers) };
}
