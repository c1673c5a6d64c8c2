import { type Documents, type DocumentWrite, type DueDocument, type HistoryEntry, reasonOf, type StoredDocument } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { DocumentPages } from "./document-pages.ts";
import { DOCUMENT_COLUMNS, type DocumentRow, type DocumentRows, documentOf } from "./document-rows.ts";

type HistoryRow = { ord: number; at: number; entry: string };
/** Null stands for all shards. */
const ON_SHARDS = "(?3 is null or shard in (select value from json_each(?3)))";
const shardList = (shards: readonly number[] | null): string | null => (shards === null ? null : JSON.stringify(shards));

export type DocumentQuestions = ReturnType<typeof createQuestions>;

/** Questions about documents of an owner, prepared once for all owners. */
export function createQuestions({ file }: Pick<Core, "file">) {
  const one = file.query<DocumentRow>(`select ${DOCUMENT_COLUMNS} from doc where owner=? and id=?`);
  const due = file.query<DueDocument>(
    `select id, shard, due "dueAt" from doc where owner=?1 and due<=?2 and ${ON_SHARDS} order by due limit ?4`,
  );
  const unsent = file.query<DocumentRow>(
    `select ${DOCUMENT_COLUMNS} from doc where owner=?1 and unsent<?2 and ${ON_SHARDS} order by unsent limit ?4`,
  );
  const history = file.query<HistoryRow>("select ord, at, entry from history where owner=? and id=? order by ord");
  return { one, due, unsent, history };
}

/** Documents of one owner on the file. */
export function createDocuments(
  core: Core,
  owner: string,
  parts: { rows: DocumentRows; questions: DocumentQuestions; pages: DocumentPages },
): Documents {
  const { rows, questions, pages } = parts;
  /** Answers `otherwise` while nobody has written under this owner. */
  const ask = <T>(otherwise: T, question: (owner: number) => T): Promise<T> =>
    reading(core, () => {
      const id = core.names.find(owner);
      return id === undefined ? otherwise : question(id);
    });
  const commit = async (writes: readonly DocumentWrite[]) => {
    if (writes.length === 0) return [];
    try {
      return await core.commit.enqueue(() => {
        const id = core.names.make(owner);
        return writes.map((write) => rows.write(id, write, write.outbox));
      }, writes.length);
    } catch (error) {
      return writes.map(() => ({ kind: "unknown", reason: reasonOf(error) }) as const);
    }
  };
  return {
    commit,
    load: (ids) => ask(new Map<string, StoredDocument>(), (id) => loaded(questions, id, ids)),
    due: ({ shards, now, limit }) => ask([], (id) => questions.due.all(id, now, shardList(shards), limit).map((row) => ({ ...row }))),
    unsent: ({ shards, before, limit }) => ask([], (id) => questions.unsent.all(id, before, shardList(shards), limit).map(documentOf)),
    trim: async (trims) => {
      if (trims.length === 0) return;
      await core.commit.enqueue(() => {
        const id = core.names.make(owner);
        for (const trim of trims) rows.trim(id, trim);
      });
    },
    query: (query) => ask({ documents: [], cursor: null }, (id) => pages.page(id, query)),
    countByStatus: (definition) => ask({}, (id) => pages.countByStatus(id, definition)),
    history: (document) => ask([], (id) => questions.history.all(id, document).map(entryOf)),
  };
}

function loaded({ one }: DocumentQuestions, owner: number, ids: readonly string[]): ReadonlyMap<string, StoredDocument> {
  const found = new Map<string, StoredDocument>();
  for (const id of ids) {
    const row = one.get(owner, id);
    if (row !== undefined) found.set(id, documentOf(row));
  }
  return found;
}

const entryOf = ({ ord, at, entry }: HistoryRow): HistoryEntry => ({
  order: ord,
  at,
  entry: JSON.parse(entry) as HistoryEntry["entry"], // written by the document rows
});
