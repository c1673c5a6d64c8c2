import type { JsonObject, Settings } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";

/** Small values by key; the last write wins. */
export function createSettings(core: Core): Settings {
  const select = core.file.query<{ value: string }>("select value from setting where key=?");
  const upsert = core.file.command("insert into setting(key, value) values(?, ?) on conflict do update set value=excluded.value");
  const prefixed = core.file.query<{ key: string; value: string }>(
    "select key, value from setting where key>=?1 and substr(key, 1, length(?1))=?1 order by key",
  );
  return {
    get: (key) =>
      reading(core, () => {
        const row = select.get(key);
        return row === undefined ? null : valueIn(row);
      }),
    put: async (key, value) => {
      await core.commit.enqueue(() => void upsert(key, JSON.stringify(value)));
    },
    list: (prefix) => reading(core, () => prefixed.all(prefix).map((row) => ({ key: row.key, value: valueIn(row) }))),
  };
}

const valueIn = ({ value }: { value: string }): JsonObject => JSON.parse(value) as JsonObject; // written by put
