import type { DeadLetter, DeadLetterFilter, DeadLetters } from "@troupe/kernel";
import type { Db, Filter } from "mongodb";
import { asking } from "../errors.ts";
import { parseJson } from "../json-text.ts";
import { addOnce } from "./kept-once.ts";

/** A dead letter under its id; `headers` as JSON text, because header names are free. */
type Lying = Omit<DeadLetter, "id" | "headers"> & { readonly _id: string; readonly headers: string };

export async function createDeadLetters(db: Db, address: string): Promise<DeadLetters> {
  const letters = db.collection<Lying>("deadLetters");
  await letters.createIndexes([{ key: { at: -1, _id: -1 } }, { key: { group: 1, at: -1, _id: -1 } }]);

  const ask = <T>(question: () => Promise<T>): Promise<T> => asking(address, question);

  return {
    add: (given) => addOnce(letters, given.map(lyingOf), address),
    list: ({ limit, ...filter }) =>
      ask(async () => {
        const found = letters.find(selectionOf(filter), { sort: { at: -1, _id: -1 }, limit });
        return (await found.toArray()).map(letterOf);
      }),
    remove: (ids) =>
      ask(async () => {
        if (ids.length > 0) await letters.deleteMany({ _id: { $in: [...ids] } });
      }),
    count: () => ask(() => letters.countDocuments({})),
  };
}

function selectionOf({ id, since, ...equal }: DeadLetterFilter): Filter<Lying> {
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(id === undefined ? {} : { _id: id }),
    ...(since === undefined ? {} : { at: { $gte: since } }),
  };
}

function lyingOf({ id, headers, ...rest }: DeadLetter): Lying {
  return { _id: id, headers: JSON.stringify(headers), ...rest };
}

function letterOf({ _id, headers, ...rest }: Lying): DeadLetter {
  return { id: _id, headers: parseJson(headers), ...rest };
}
