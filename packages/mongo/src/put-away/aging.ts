import { type Aging, ARCHIVED } from "@troupe/kernel";
import type { Collection } from "mongodb";
import { type Lying, toDocument } from "../stored-document.ts";

/** How the documents of one collection age. `ask`: makes the collection ready and turns failures into those of the port. */
export function createAging(ask: <T>(question: (documents: Collection<Lying>) => Promise<T>) => Promise<T>): Aging {
  return {
    aged: ({ statuses, before, limit }) =>
      ask(async (documents) => {
        const filter = { status: { $in: [...statuses] }, updatedAt: { $lt: before } };
        const found = await documents.find(filter, { projection: { history: 0 }, sort: { updatedAt: 1, _id: 1 }, limit }).toArray();
        return found.map(toDocument);
      }),
    archive: (marks) =>
      ask(async (documents) => {
        if (marks.length === 0) return;
        const writes = marks.map(({ id, expected, w, at }) => ({
          updateOne: {
            filter: { _id: id, version: expected, unsentSince: { $exists: false }, parked: { $exists: false } },
            update: {
              $set: { version: expected + 1, w, status: ARCHIVED, state: "null", inbox: "{}", historyLength: 0, updatedAt: at },
              $unset: { history: "" as const, dueAt: "" as const },
            },
          },
        }));
        await documents.bulkWrite(writes, { ordered: false });
      }),
    remove: (marks) =>
      ask(async (documents) => {
        if (marks.length === 0) return;
        const writes = marks.map(({ id, expected }) => ({ deleteOne: { filter: { _id: id, version: expected } } }));
        await documents.bulkWrite(writes, { ordered: false });
      }),
  };
}
