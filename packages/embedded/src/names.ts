import type { Caches } from "./file/caches.ts";
import type { DataFile } from "./file/data-file.ts";

/** Small numbers for owners and groups. */
export type Names = {
  /** Undefined as long as nobody wrote under the name. */
  find(name: string): number | undefined;
  /** Inside a transaction: makes the number when there is none. */
  make(name: string): number;
};

export function createNames(file: DataFile, caches: Caches): Names {
  const select = file.query<{ id: number }>("select id from name where name=?");
  const insert = file.command("insert into name(name) values(?)");
  const find = (name: string): number | undefined => {
    const id = caches.names.get(name) ?? select.get(name)?.id;
    if (id !== undefined) caches.names.set(name, id);
    return id;
  };
  const make = (name: string): number => {
    const known = find(name);
    if (known !== undefined) return known;
    const id = insert(name).rowId;
    caches.names.set(name, id);
    return id;
  };
  return { find, make };
}
