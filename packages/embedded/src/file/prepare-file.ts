import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf, TroupeError } from "@troupe/kernel";
import { type DataFile, IN_MEMORY, openDataFile } from "./data-file.ts";
import { APPLICATION_ID, FORMAT, LATER_TABLES, TABLES, UPGRADES } from "./schema.ts";
import { isLocked, resultCode } from "./sqlite-errors.ts";

const OPEN_PATIENCE_MILLIS = 5_000;
const REASONS: { readonly [code: number]: string } = {
  8: "it may not be written",
  11: "it is damaged",
  13: "the disk is full",
  14: "it can't be opened or created there",
  26: "it is not a data file of Troupe",
};

/**
 * Opens or creates a data file that keeps every acknowledged write.
 * Throws DATA_FOLDER_UNUSABLE (foreign, damaged, not writable) or DATA_FOLDER_NEWER. `maxBytes`: how large it may become.
 */
export function openPreparedFile(path: string, maxBytes?: number): DataFile {
  let file: DataFile | undefined;
  try {
    if (path !== IN_MEMORY) makeFolder(dirname(path));
    const opened = openDataFile(path);
    file = opened;
    patiently(() => checkHeader(opened));
    patiently(() => makeDurable(opened));
    patiently(() => createTables(opened));
    if (maxBytes !== undefined) limitSize(opened, maxBytes);
    return opened;
  } catch (error) {
    file?.close();
    throw error instanceof TroupeError ? error : new TroupeError("DATA_FOLDER_UNUSABLE", { file: path, reason: reasonFor(error) }, error);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : reasonOf(error);
    throw new Error(`its folder can't be made (${code})`, { cause: error });
  }
}

const pragma = (file: DataFile, name: string): unknown => Object.values(file.query<object>(`pragma ${name}`).get() ?? {})[0];

/** Before anything is changed: a foreign file stays as it is. */
function checkHeader(file: DataFile): void {
  const ours = pragma(file, "application_id") === APPLICATION_ID;
  const tables = file.query<{ n: number }>("select count(*) n from sqlite_schema").get()?.n ?? 0;
  if (!ours && tables > 0) throw new TroupeError("DATA_FOLDER_UNUSABLE", { file: file.path, reason: "it belongs to another program" });
  const found = Number(pragma(file, "user_version"));
  if (ours && found > FORMAT) throw new TroupeError("DATA_FOLDER_NEWER", { file: file.path, found, allowed: FORMAT });
}

function makeDurable(file: DataFile): void {
  file.exec("pragma auto_vacuum=incremental"); // takes effect in a new file only: free pages can be given back
  const mode = pragma(file, "journal_mode=wal");
  file.exec("pragma synchronous=full; pragma fullfsync=on; pragma wal_autocheckpoint=4000; pragma journal_size_limit=67108864");
  file.exec("pragma cache_size=-65536; pragma temp_store=memory");
  const synchronous = pragma(file, "synchronous");
  if ((file.shared && mode !== "wal") || synchronous !== 2) {
    const reason = `its disk does not offer durable writes (journal mode ${String(mode)}, synchronous ${String(synchronous)})`;
    throw new TroupeError("DATA_FOLDER_UNUSABLE", { file: file.path, reason });
  }
}

function createTables(file: DataFile): void {
  file.exec("begin immediate");
  try {
    if (pragma(file, "application_id") !== APPLICATION_ID) {
      file.exec(TABLES);
      file.exec(`pragma application_id=${APPLICATION_ID}; pragma user_version=${FORMAT}`);
    }
    for (let format = Number(pragma(file, "user_version")); format < FORMAT; format++) {
      file.exec(`${UPGRADES[format] ?? ""}; pragma user_version=${format + 1}`);
    }
    file.exec(LATER_TABLES);
    file.exec("commit");
  } catch (error) {
    if (file.inTransaction()) file.exec("rollback");
    throw error;
  }
}

/** Never below what the file has already: SQLite raises it to that by itself. */
function limitSize(file: DataFile, maxBytes: number): void {
  file.exec(`pragma max_page_count=${Math.max(1, Math.floor(maxBytes / Number(pragma(file, "page_size"))))}`);
}

/** Opening is the one place that may block: nothing runs yet, and another process may be creating the same file. */
function patiently(step: () => void): void {
  const end = performance.now() + OPEN_PATIENCE_MILLIS;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      step();
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() > end) throw error;
      Atomics.wait(never, 0, 0, 10);
    }
  }
}

const reasonFor = (error: unknown): string => REASONS[resultCode(error) ?? -1] ?? reasonOf(error);
