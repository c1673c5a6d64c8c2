import type { JsonObject, Settings } from "@troupe/kernel";
import type { Db } from "mongodb";
import { asking, isDuplicateKey } from "./errors.ts";
import { parseJson } from "./json-text.ts";

type Lying = { readonly _id: string; readonly value: string };
/** Above every text that continues a prefix. */
const HIGHEST = "\u{10FFFF}";

export function createSettings(db: Db, address: string): Settings {
  const settings = db.collection<Lying>("settings");

  const ask = <T>(question: () => Promise<T>): Promise<T> => asking(address, question);
  const put = (key: string, value: JsonObject) =>
    settings.updateOne({ _id: key }, { $set: { value: JSON.stringify(value) } }, { upsert: true });

  return {
    get: (key) =>
      ask(async () => {
        const found = await settings.findOne({ _id: key });
        return found === null ? null : parseJson<JsonObject>(found.value);
      }),
    put: (key, value) =>
      ask(async () => {
        try {
          await put(key, value);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          await put(key, value); // two inserted the key at once: now it is there to be updated
        }
      }),
    list: (prefix) =>
      ask(async () => {
        const found = settings.find({ _id: { $gte: prefix, $lt: `${prefix}${HIGHEST}` } }, { sort: { _id: 1 } });
        return (await found.toArray()).map(({ _id, value }) => ({ key: _id, value: parseJson<JsonObject>(value) }));
      }),
  };
}
