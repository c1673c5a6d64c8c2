import { type DocumentPage, type DocumentQuery, TroupeError } from "@troupe/kernel";
import { TRAP_ID } from "./guarded-write.ts";
import { type Lying, searchTexts, toDocument } from "./stored-document.ts";

/** Filter of a query; `updatedAt` then `_id`, both descending, order everything, so a cursor is the last place that was read. */
export function selectionOf({ status, definition, search = {}, cursor }: DocumentQuery): object {
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const wanted = searchTexts(search);
  return {
    _id: { $ne: TRAP_ID },
    ...(status === undefined ? {} : { status }),
    ...(definition === undefined ? {} : { name: definition }),
    ...(wanted.length === 0 ? {} : { search: { $all: wanted } }),
    ...(after === undefined
      ? {}
      : { updatedAt: { $lte: after.updatedAt }, $or: [{ updatedAt: { $lt: after.updatedAt } }, { _id: { $lt: after.id } }] }),
  };
}

/** `found` was read with one more than `limit`, which tells whether there is another page. */
export function pageOf(found: readonly Lying[], limit: number): DocumentPage {
  const documents = found.slice(0, limit).map(toDocument);
  const last = documents.at(-1);
  return { documents, cursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

const cursorOf = ({ updatedAt, id }: { updatedAt: number; id: string }): string =>
  Buffer.from(JSON.stringify([updatedAt, id])).toString("base64url");

function placeOf(cursor: string): { updatedAt: number; id: string } {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(place) && typeof place[0] === "number" && typeof place[1] === "string") return { updatedAt: place[0], id: place[1] };
  } catch {
    // falls through to the refusal
  }
  throw new TroupeError("REQUEST_INVALID", { field: "cursor", found: cursor, allowed: "a cursor of the page before" });
}
