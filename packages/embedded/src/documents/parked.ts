import { type ParkedRow, type ParkedRows, type ParkedTotals, recordPlace } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { DataFile } from "../file/data-file.ts";

/** Rows of parked records; all of it runs inside a transaction. `owner` is the number of its name. */
export type ParkedRowTable = {
  add(owner: number, row: ParkedRow): void;
  remove(owner: number, document: string, places: readonly string[]): void;
};

type Place = { topic: string; part: number; off: number };

export function createParkedRowTable(file: DataFile): ParkedRowTable {
  const insert = file.command(
    "insert into parked(owner, doc, topic, part, off, at, bytes, row) values(?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
  );
  const ofDocument = file.query<Place>("select topic, part, off from parked where owner=? and doc=?");
  const remove = file.command("delete from parked where owner=? and doc=? and topic=? and part=? and off=?");
  return {
    add: (owner, row) => {
      const { document, topic, partition, offset, at, bytes } = row;
      insert(owner, document, topic, partition, offset, at, bytes, JSON.stringify(row));
    },
    remove: (owner, document, places) => {
      const gone = new Set(places);
      for (const { topic, part, off } of ofDocument.all(owner, document)) {
        if (gone.has(recordPlace({ topic, partition: part, offset: off }))) remove(owner, document, topic, part, off);
      }
    },
  };
}

export function createParkedRows(core: Core, table: ParkedRowTable): ParkedRows {
  const ofDocument = core.file.query<{ row: string }>("select row from parked where owner=? and doc=? order by topic, part, off");
  const documents = core.file.query<{ owner: string; document: string }>(
    `select name.name owner, parked.doc document from parked join name on name.id=parked.owner
     where ?1 is null or name.name=?1 group by parked.owner, parked.doc order by min(parked.at), parked.doc limit ?2`,
  );
  const totals = core.file.query<ParkedTotals>(
    "select count(distinct doc) keys, count(*) rows, coalesce(sum(bytes), 0) bytes from parked where owner=?",
  );
  return {
    add: async (rows) => {
      if (rows.length === 0) return;
      await core.commit.enqueue(() => {
        for (const row of rows) table.add(core.names.make(row.owner), row);
      }, rows.length);
    },
    load: (owner, document) =>
      reading(core, () => ofDocument.all(core.names.find(owner) ?? -1, document).map(({ row }) => JSON.parse(row) as ParkedRow)), // written by add
    remove: async (owner, document, places) => {
      if (places.length > 0) await core.commit.enqueue(() => table.remove(core.names.make(owner), document, places), places.length);
    },
    documents: ({ owner, limit }) => reading(core, () => documents.all(owner ?? null, limit).map((row) => ({ ...row }))),
    totals: (owner) => reading(core, () => ({ ...(totals.get(core.names.find(owner) ?? -1) ?? { keys: 0, rows: 0, bytes: 0 }) })),
  };
}
