import { DatabaseSync } from "node:sqlite";

export type Param = null | number | string | Uint8Array;
/** A prepared question. The caller names the row type, because it wrote the columns. */
export type Query<Row> = {
  all(...params: Param[]): Row[];
  get(...params: Param[]): Row | undefined;
  each(...params: Param[]): Iterable<Row>;
};
/** A prepared change; gives the number of rows changed and the id of the last row inserted. */
export type Command = (...params: Param[]) => { readonly changes: number; readonly rowId: number };

/** One connection to the file. Everything is synchronous; nobody but this file knows the driver. */
export type DataFile = {
  readonly path: string;
  /** False for `:memory:`, which no second connection can see. */
  readonly shared: boolean;
  query<Row>(sql: string): Query<Row>;
  command(sql: string): Command;
  exec(sql: string): void;
  inTransaction(): boolean;
  /** Changes whenever another connection has committed. Own commits leave it alone. */
  foreignChanges(): number;
  close(): void;
};

export const IN_MEMORY = ":memory:";

/** Opens without waiting for locks: whoever meets one waits asynchronously (engine rule 14). */
export function openDataFile(path: string): DataFile {
  const database = new DatabaseSync(path, { timeout: 0 });
  const dataVersion = database.prepare("pragma data_version");
  return {
    path,
    shared: path !== IN_MEMORY,
    query: <Row>(sql: string): Query<Row> => {
      const statement = database.prepare(sql);
      return {
        all: (...params) => statement.all(...params) as Row[], // the caller wrote the columns
        get: (...params) => statement.get(...params) as Row | undefined, // the caller wrote the columns
        each: (...params) => statement.iterate(...params) as Iterable<Row>, // the caller wrote the columns
      };
    },
    command: (sql) => {
      const statement = database.prepare(sql);
      return (...params) => {
        const { changes, lastInsertRowid } = statement.run(...params);
        return { changes: Number(changes), rowId: Number(lastInsertRowid) };
      };
    },
    exec: (sql) => database.exec(sql),
    inTransaction: () => database.isTransaction,
    foreignChanges: () => Number(dataVersion.get()?.["data_version"]),
    close: () => database.close(),
  };
}
