import type { SearchKeys } from "@troupe/kernel";
import type { DataFile } from "../file/data-file.ts";

export type SearchRows = {
  /** Runs inside a transaction. Rows whose value is the same stay untouched, which is nearly always. */
  write(owner: number, id: string, search: SearchKeys): void;
};

export function createSearchRows(file: DataFile): SearchRows {
  const stored = file.query<{ key: string; value: string }>("select key, value from search where owner=? and id=?");
  const put = file.command("insert into search(owner, id, key, value) values(?, ?, ?, ?) on conflict do update set value=excluded.value");
  const remove = file.command("delete from search where owner=? and id=? and key=?");
  return {
    write(owner, id, search) {
      const before = new Map(stored.all(owner, id).map(({ key, value }) => [key, value]));
      for (const [key, value] of Object.entries(search)) if (before.get(key) !== value) put(owner, id, key, value);
      for (const key of before.keys()) if (!Object.hasOwn(search, key)) remove(owner, id, key);
    },
  };
}
