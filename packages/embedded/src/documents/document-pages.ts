import { type DocumentPage, type DocumentQuery, reasonOf, type StoredDocument, TroupeError } from "@troupe/kernel";
import type { DataFile } from "../file/data-file.ts";
import { DOCUMENT_COLUMNS, type DocumentRow, documentOf } from "./document-rows.ts";

/** Ids that have all search keys of a JSON list of [key, value], found by the first. */
const FOUND = `select s.id from search s where s.owner=?1 and s.key=?2 and s.value=?3 and not exists
  (select 1 from json_each(?4) w where not exists
    (select 1 from search o where o.owner=?1 and o.id=s.id and o.key=w.value->>0 and o.value=w.value->>1))`;

/** One pair of definition name and status. An owner has few, so each question is answered lane by lane from one index. */
type Lane = { readonly name: string; readonly status: string };
type Cursor = readonly [updated: number, id: string];

export type DocumentPages = {
  page(owner: number, query: DocumentQuery): DocumentPage;
  /** In these statuses and unchanged since `before`, the oldest first. */
  aged(
    owner: number,
    query: { readonly statuses: readonly string[]; readonly before: number; readonly limit: number },
  ): readonly StoredDocument[];
  countByStatus(owner: number, definition: string | undefined): { readonly [status: string]: number };
};

export function createDocumentPages(file: DataFile): DocumentPages {
  const nextLane = file.query<Lane>("select name, status from doc where owner=? and (name, status) > (?, ?) order by name, status limit 1");
  const newest = file.query<DocumentRow>(
    `select ${DOCUMENT_COLUMNS} from doc where owner=? and name=? and status=? and (updated, id) < (?, ?)
     order by updated desc, id desc limit ?`,
  );
  const oldest = file.query<DocumentRow>(
    `select ${DOCUMENT_COLUMNS} from doc where owner=? and name=? and status=? and updated<? order by updated, id limit ?`,
  );
  const found = file.query<DocumentRow>(
    `select ${DOCUMENT_COLUMNS} from doc where owner=?1 and id in (${FOUND}) and (?5 is null or name=?5) and (?6 is null or status=?6)
     and (updated, id) < (?7, ?8) order by updated desc, id desc limit ?9`,
  );
  const counted = file.query<{ n: number }>("select count(*) n from doc where owner=? and name=? and status=?");

  const lanes = (owner: number, name: string | undefined, status: string | undefined): readonly Lane[] => {
    const found: Lane[] = [];
    for (let lane = nextLane.get(owner, "", ""); lane !== undefined; lane = nextLane.get(owner, lane.name, lane.status)) {
      if ((name === undefined || lane.name === name) && (status === undefined || lane.status === status)) found.push(lane);
    }
    return found;
  };
  const inLanes = (owner: number, { status, definition, limit }: DocumentQuery, [updated, id]: Cursor): readonly DocumentRow[] =>
    lanes(owner, definition, status)
      .flatMap((lane) => newest.all(owner, lane.name, lane.status, updated, id, limit + 1))
      .sort((a, b) => b.updated - a.updated || (a.id < b.id ? 1 : -1));
  const page = (owner: number, query: DocumentQuery): DocumentPage => {
    const { status = null, definition = null, search = {}, limit, cursor } = query;
    const from: Cursor = cursor === undefined ? [Number.MAX_SAFE_INTEGER, ""] : readCursor(cursor);
    const [first, ...others] = Object.entries(search);
    const rows =
      first === undefined
        ? inLanes(owner, query, from)
        : found.all(owner, ...first, JSON.stringify(others), definition, status, ...from, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      documents: shown.map(documentOf),
      cursor: rows.length > limit && last !== undefined ? writeCursor([last.updated, last.id]) : null,
    };
  };
  const countByStatus = (owner: number, definition: string | undefined): { readonly [status: string]: number } => {
    const counts: Record<string, number> = {};
    for (const { name, status } of lanes(owner, definition, undefined)) {
      counts[status] = (counts[status] ?? 0) + (counted.get(owner, name, status)?.n ?? 0);
    }
    return counts;
  };
  const aged: DocumentPages["aged"] = (owner, { statuses, before, limit }) =>
    lanes(owner, undefined, undefined)
      .filter(({ status }) => statuses.includes(status))
      .flatMap((lane) => oldest.all(owner, lane.name, lane.status, before, limit))
      .sort((a, b) => a.updated - b.updated)
      .slice(0, limit)
      .map(documentOf);
  return { page, aged, countByStatus };
}

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

function readCursor(text: string): Cursor {
  try {
    const [updated, id] = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[]; // checked in the next line
    if (typeof updated === "number" && typeof id === "string") return [updated, id];
    throw new Error("it has another form");
  } catch (error) {
    throw new TroupeError("REQUEST_INVALID", {
      field: "cursor",
      found: `${text} (${reasonOf(error)})`,
      allowed: "what the page before gave",
    });
  }
}
