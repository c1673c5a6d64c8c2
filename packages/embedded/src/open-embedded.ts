import type { AtomicWork, Bus, Clock, DocumentStore, Log, Random } from "@troupe/kernel";
import { createBus, type EmbeddedBus } from "./bus/bus.ts";
import { createLogRows } from "./bus/log-rows.ts";
import { createLogTrimmer } from "./bus/trim-log.ts";
import type { Core } from "./core.ts";
import { createAging } from "./documents/aging.ts";
import { createDeadLetterRows, createDeadLetters } from "./documents/dead-letters.ts";
import { createDocumentPages } from "./documents/document-pages.ts";
import { createDocumentRows } from "./documents/document-rows.ts";
import { createDocuments, createQuestions } from "./documents/documents.ts";
import { createParkedRows, createParkedRowTable } from "./documents/parked.ts";
import { createSettings } from "./documents/settings.ts";
import { createAtomicWork, type WorkRows } from "./file/atomic-work.ts";
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
  /** Milliseconds after which a member of a group that shows no life loses its partitions. Default 10,000. */
  readonly leaseMillis?: number;
  /** Largest document without its history; a write beyond it is refused. Default 16 MiB, as document stores have it. */
  readonly maxDocumentBytes?: number;
  /** Largest data file, without its write-ahead log; at it writes fail as on a full disk. Default: none. */
  readonly maxFileBytes?: number;
  /** Records that every group has passed are removed when they are this old. Default: never. */
  readonly logRetentionMillis?: number;
  /** Only where kills are tried: called within each transaction of a tick, after its writes and before its commit. */
  readonly withinWrite?: () => void;
};
export type Embedded = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly work: AtomicWork;
  /** Removes at once what is removed every minute; says how many records. 0 where no retention is given. */
  trimLog(): Promise<number>;
  /** Leaves all groups, writes what waits, closes the file. Closing both `bus` and `store` does the same. */
  close(): Promise<void>;
};

/** Ten times the longest stall that is allowed (engine rule 14). */
const LEASE_MILLIS = 10_000;

/**
 * Bus and documents on one SQLite file: WAL, full sync, one transaction for all that waits. Any number of processes may open it.
 * Throws DATA_FOLDER_UNUSABLE (not a data file, damaged, not writable) or DATA_FOLDER_NEWER. Blocks at most a few seconds,
 * while another process creates the file.
 */
export function openEmbedded(options: EmbeddedOptions): Embedded {
  const { file: path, clock, random, log, leaseMillis = LEASE_MILLIS } = options;
  const file = openPreparedFile(path, options.maxFileBytes);
  const caches = createCaches();
  const names = createNames(file, caches);
  const logRows = createLogRows(file, caches);
  const groups = createGroupRows({ file, caches, names, logRows });
  const members = createMemberRows({ file, names, groups, leaseMillis });
  let bus: EmbeddedBus | undefined;
  const commit = createGroupCommit({ file, caches, random, onCommitted: (changes) => bus?.onCommitted(changes) });
  const core: Core = { file, caches, names, logRows, groups, members, commit, clock, random, log, leaseMillis };

  const { logRetentionMillis } = options;
  const trimmer = logRetentionMillis === undefined ? undefined : createLogTrimmer(core, logRetentionMillis);

  let open = 2;
  const closeOne = async (): Promise<void> => {
    open--;
    if (open > 0) return;
    trimmer?.stop();
    await commit.close();
    file.close();
  };
  bus = createBus(core, closeOne);
  const parts = {
    documents: createDocumentRows(file, options.maxDocumentBytes),
    deadLetters: createDeadLetterRows(file),
    parked: createParkedRowTable(file),
  };
  const store = createStore(core, parts, closeOne);
  const { close: closeBus } = bus;
  return {
    bus,
    store,
    work: createAtomicWork(core, parts, options.withinWrite),
    trimLog: async () => (await trimmer?.trim()) ?? 0,
    close: async () => void (await Promise.all([closeBus(), store.close()])),
  };
}

function createStore(core: Core, { documents: rows, deadLetters, parked }: WorkRows, onClosed: () => Promise<void>): DocumentStore {
  const parts = { rows, questions: createQuestions(core), pages: createDocumentPages(core.file) };
  let closing: Promise<void> | undefined;
  return {
    adapter: "embedded",
    documents: (owner) => createDocuments(core, owner, parts),
    aging: (owner) => createAging(core, owner, parts.pages),
    deadLetters: createDeadLetters(core, deadLetters),
    parked: createParkedRows(core, parked),
    settings: createSettings(core),
    close: () => (closing ??= onClosed()),
  };
}
