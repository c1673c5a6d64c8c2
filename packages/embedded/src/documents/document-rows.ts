import type { DocumentWrite, HistoryEntry, OutboxEntry, ParkedKey, StoredDocument, Trim, WriteOutcome } from "@troupe/kernel";
import type { DataFile, Param } from "../file/data-file.ts";
import { createSearchRows } from "./search-rows.ts";

/** As document stores have it, so that what runs here runs there. */
const MAX_BYTES = 16 * 1024 * 1024;
const OK: WriteOutcome = { kind: "ok" };
const CONFLICT: WriteOutcome = { kind: "conflict" };

export type DocumentRow = {
  id: string;
  version: number;
  w: string;
  shard: number;
  name: string;
  rest: string;
  status: string;
  updated: number;
  due: number | null;
  length: number;
  seq: number;
  unsent: number | null;
  state: string;
  inbox: string;
  outbox: string;
  parked: string | null;
};
export const DOCUMENT_COLUMNS =
  "id, version, w, shard, name, rest, status, updated, due, length, seq, unsent, state, inbox, outbox, parked";
/** Ties in time are ordered by id, so that pages are stable. */
export type Outbox = { readonly [seq: string]: OutboxEntry };

/** Guarded writes of documents as rows. All of it runs inside a transaction. */
export type DocumentRows = {
  /** `outbox` replaces the one of the write: empty where records go straight into the log. */
  write(owner: number, write: DocumentWrite, outbox: Outbox): WriteOutcome;
  trim(owner: number, trim: Trim): void;
};

export function createDocumentRows(file: DataFile, maxBytes = MAX_BYTES): DocumentRows {
  const insert = file.command(
    `insert into doc(w, shard, name, rest, status, updated, due, length, state, inbox, seq, parked, owner, id, version, outbox, unsent)
     values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) on conflict do nothing`,
  );
  const update = file.command(
    `update doc set w=?, shard=?, name=?, rest=?, status=?, updated=?, due=?, length=?, state=?, inbox=?, seq=?, parked=?, version=version+1
     where owner=? and id=? and version=?`,
  );
  const searchRows = createSearchRows(file);
  const addHistory = file.command("insert into history(owner, id, ord, at, entry) values(?, ?, ?, ?, ?)");
  const readOutbox = file.query<{ version: number; outbox: string }>("select version, outbox from doc where owner=? and id=?");
  const addOutbox = file.command("update doc set outbox=?, unsent=coalesce(unsent, updated) where owner=? and id=?");
  const setOutbox = file.command("update doc set outbox=? where owner=? and id=?");
  const clearUnsent = file.command("update doc set unsent=null where owner=? and id=? and version=? and outbox='{}'");

  const appendHistory = (owner: number, id: string, history: readonly HistoryEntry[]): void => {
    for (const { order, at, entry } of history) addHistory(owner, id, order, at, JSON.stringify(entry));
  };
  const outboxOf = (owner: number, id: string): Outbox => JSON.parse(readOutbox.get(owner, id)?.outbox ?? "{}") as Outbox; // written below
  const write: DocumentRows["write"] = (owner, given, outbox) => {
    const values = bodyColumns(given);
    const adds = given.outbox === outbox && Object.keys(outbox).length > 0 ? JSON.stringify(outbox) : "{}";
    const bytes = sizeOf(values, maxBytes) + adds.length;
    if (bytes > maxBytes) return { kind: "refused", reason: `its ${bytes} bytes are more than the ${maxBytes} allowed` };
    const { changes } =
      given.expected === 0
        ? insert(...values, owner, given.id, adds, adds === "{}" ? null : given.body.updatedAt)
        : update(...values, owner, given.id, given.expected);
    if (changes === 0) return CONFLICT;
    if (adds !== "{}" && given.expected > 0) addOutbox(JSON.stringify({ ...outboxOf(owner, given.id), ...outbox }), owner, given.id);
    if (given.search !== undefined) searchRows.write(owner, given.id, given.search);
    appendHistory(owner, given.id, given.history);
    return OK;
  };
  const trim: DocumentRows["trim"] = (owner, { id, seqs, emptyAt }) => {
    if (seqs.length > 0) {
      const left = Object.entries(outboxOf(owner, id)).filter(([seq]) => !seqs.includes(seq));
      setOutbox(JSON.stringify(Object.fromEntries(left)), owner, id);
    }
    if (emptyAt !== null) clearUnsent(owner, id, emptyAt);
  };
  return { write, trim };
}

type BodyColumns = readonly [string, number, string, string, string, number, number | null, number, string, string, number, string | null];

/** Each part is turned into text once. */
function bodyColumns({ w, shard, body, nextSeq }: DocumentWrite): BodyColumns {
  const { definition, status, updatedAt, dueAt, historyLength } = body;
  const at = definition.indexOf("@");
  const [name, rest] = at < 0 ? [definition, ""] : [definition.slice(0, at), definition.slice(at)];
  const [state, inbox] = [JSON.stringify(body.state), JSON.stringify(body.inbox)];
  const parked = body.parked === undefined ? null : JSON.stringify(body.parked);
  return [w, shard, name, rest, status, updatedAt, dueAt, historyLength, state, inbox, nextSeq, parked];
}

function sizeOf(columns: readonly Param[], enough: number): number {
  let characters = 0;
  for (const column of columns) if (typeof column === "string") characters += column.length;
  if (characters * 3 <= enough) return characters; // UTF-8 needs at most three bytes for each: surely small enough
  return columns.reduce<number>((sum, column) => sum + (typeof column === "string" ? Buffer.byteLength(column) : 0), 0);
}

/** A document as it was committed. */
export function documentOf(row: DocumentRow): StoredDocument {
  return {
    id: row.id,
    version: row.version,
    w: row.w,
    shard: row.shard,
    definition: row.name + row.rest,
    status: row.status,
    state: JSON.parse(row.state) as StoredDocument["state"], // written by bodyColumns, as the two below
    inbox: JSON.parse(row.inbox) as StoredDocument["inbox"],
    dueAt: row.due,
    historyLength: row.length,
    updatedAt: row.updated,
    outbox: row.outbox === "{}" ? {} : (JSON.parse(row.outbox) as StoredDocument["outbox"]),
    nextSeq: row.seq,
    unsentSince: row.unsent,
    ...(row.parked === null ? {} : { parked: JSON.parse(row.parked) as ParkedKey }), // as above
  };
}
