import { type Aging, ARCHIVED } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { DocumentPages } from "./document-pages.ts";

/** How documents of one owner age on the file. */
export function createAging(core: Core, owner: string, pages: DocumentPages): Aging {
  const { file, names, commit } = core;
  const archive = file.command(
    `update doc set version=version+1, w=?, status='${ARCHIVED}', state='null', inbox='{}', due=null, length=0, updated=?
     where owner=? and id=? and version=? and unsent is null and parked is null`,
  );
  const remove = file.command("delete from doc where owner=? and id=? and version=?");
  const forget = file.command("delete from history where owner=? and id=?");
  return {
    aged: (query) =>
      reading(core, () => {
        const id = names.find(owner);
        return id === undefined ? [] : pages.aged(id, query);
      }),
    archive: async (marks) => {
      if (marks.length === 0) return;
      await commit.enqueue(() => {
        const ownerId = names.make(owner);
        for (const { id, expected, w, at } of marks) if (archive(w, at, ownerId, id, expected).changes > 0) forget(ownerId, id);
      }, marks.length);
    },
    remove: async (marks) => {
      if (marks.length === 0) return;
      await commit.enqueue(() => {
        const ownerId = names.make(owner);
        for (const { id, expected } of marks) if (remove(ownerId, id, expected).changes > 0) forget(ownerId, id);
      }, marks.length);
    },
  };
}
