import type { AtomicWork, Bus, Clock, DocumentStore, Log, Random } from "@troupe/kernel";
import { createBus, type EmbeddedBus } from "./bus/bus.ts";
import { createLogRows } from "./bus/log-rows.ts";
import type { Core } from "./core.ts";
import { createDeadLetterRows, createDeadLetters } from "./documents/dead-letters.ts";
import { createDocumentPages } from "./documents/document-pages.ts";
import { createDocumentRows } from "./documents/document-rows.ts";
import { createDocuments, createQuestions } from "./documents/documents.ts";
import { createSettings } from "./documents/settings.ts";
import { createAtomicWork } from "./file/atomic-work.ts";
import { createCaches } from "./file/caches.ts";
import { createGroupCommit } from "./file/group-commit.ts";
import { openPreparedFile } from "./file/prepare-file.ts";
import { createGroupRows } from "./groups/group-rows.ts";
import { createMemberRows } from "./groups/member-rows.ts";
import { createNames } from "./names.ts";

export type EmbeddedOptions = {
  /** Path of the data file, made with its folder when missing; `:memory:` keeps nothing and is seen by nobody else. */
  readonly file: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};
export type Embedded = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly work: AtomicWork;
  /** Leaves all groups, writes what waits, closes the file. Closing both `bus` and `store` does the same. */
  close(): Promise<void>;
};

/**
 * Bus and documents on one SQLite file: WAL, full sync, one transaction for all that waits. Any number of processes may open it.
 * Throws DATA_FOLDER_UNUSABLE (not a data file, damaged, not writable) or DATA_FOLDER_NEWER. Blocks at most a few seconds,
 * while another process creates the file.
 */
export function openEmbedded({ file: path, clock, random, log }: EmbeddedOptions): Embedded {
  const file = openPreparedFile(path);
  const caches = createCaches();
  const names = createNames(file, caches);
  const logRows = createLogRows(file, caches);
  const groups = createGroupRows({ file, caches, names, logRows });
  const members = createMemberRows(file, names, groups);
  let bus: EmbeddedBus | undefined;
  const commit = createGroupCommit({ file, caches, random, onCommitted: (changes) => bus?.onCommitted(changes) });
  const core: Core = { file, caches, names, logRows, groups, members, commit, clock, random, log };

  let open = 2;
  const closeOne = async (): Promise<void> => {
    open--;
    if (open > 0) return;
    await commit.close();
    file.close();
  };
  bus = createBus(core, closeOne);
  const parts = { documents: createDocumentRows(file), deadLetters: createDeadLetterRows(file) };
  const store = createStore(core, parts, closeOne);
  const { close: closeBus } = bus;
  return {
    bus,
    store,
    work: createAtomicWork(core, parts),
    close: async () => void (await Promise.all([closeBus(), store.close()])),
  };
}

type Parts = Parameters<typeof createAtomicWork>[1];

function createStore(core: Core, { documents: rows, deadLetters }: Parts, onClosed: () => Promise<void>): DocumentStore {
  const parts = { rows, questions: createQuestions(core), pages: createDocumentPages(core.file) };
  let closing: Promise<void> | undefined;
  return {
    adapter: "embedded",
    documents: (owner) => createDocuments(core, owner, parts),
    deadLetters: createDeadLetters(core, deadLetters),
    settings: createSettings(core),
    close: () => (closing ??= onClosed()),
  };
}
