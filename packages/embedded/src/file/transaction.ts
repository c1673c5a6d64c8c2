import { reasonOf, TroupeError } from "@troupe/kernel";
import type { Caches } from "./caches.ts";
import type { DataFile } from "./data-file.ts";
import { isLocked } from "./sqlite-errors.ts";

/** What a transaction changed that somebody may wait for. */
export type Changes = {
  /** `partitionKey` of what was appended to. */
  readonly partitions: Set<number>;
  /** Ids of groups whose generation rose. */
  readonly groups: Set<number>;
};

/**
 * A piece of work for the next transaction. It may run more than once, so it keeps its results to itself,
 * and it throws a TroupeError only before its first change: then nothing has to be rolled back.
 */
export type Job<T> = (changes: Changes) => T;
export type JobResult = { readonly value: unknown } | { readonly error: unknown };

export type Transaction = {
  /** Runs the jobs and commits. Throws when nothing was committed: locked by another process, disk full, I/O error. */
  run(jobs: readonly Job<unknown>[], changes: Changes): readonly JobResult[];
  /** True while another process has written lately. */
  othersWrite(): boolean;
};

const LATELY_MILLIS = 1_000;

/**
 * One transaction for many jobs. Savepoints would cost every job two statements, so the first try has none; when a statement
 * fails, all is rolled back and the same jobs run again, each in a savepoint: one job can't harm the others.
 */
export function createTransaction(file: DataFile, caches: Caches): Transaction {
  let foreign = file.foreignChanges();
  let foreignAt = Number.NEGATIVE_INFINITY;
  const noticeForeign = (): void => {
    const now = file.foreignChanges();
    if (now === foreign) return;
    foreign = now;
    foreignAt = performance.now();
    caches.forget();
  };
  const attempt = (jobs: readonly Job<unknown>[], runOne: (job: Job<unknown>) => JobResult): readonly JobResult[] => {
    file.exec("begin immediate");
    try {
      noticeForeign();
      const results = jobs.map(runOne);
      file.exec("commit");
      return results;
    } catch (error) {
      caches.forget();
      if (file.inTransaction()) file.exec("rollback");
      throw error;
    }
  };
  const run: Transaction["run"] = (jobs, changes) => {
    try {
      return attempt(jobs, (job) => runPlain(job, changes));
    } catch (error) {
      if (isLocked(error)) throw error;
      return attempt(jobs, (job) => runGuarded({ file, caches, changes }, job));
    }
  };
  return { run, othersWrite: () => performance.now() - foreignAt < LATELY_MILLIS };
}

function runPlain(job: Job<unknown>, changes: Changes): JobResult {
  try {
    return { value: job(changes) };
  } catch (error) {
    if (error instanceof TroupeError) return { error };
    throw error;
  }
}

function runGuarded({ file, caches, changes }: { file: DataFile; caches: Caches; changes: Changes }, job: Job<unknown>): JobResult {
  file.exec("savepoint job");
  try {
    const value = job(changes);
    file.exec("release job");
    return { value };
  } catch (error) {
    caches.forget();
    if (!file.inTransaction()) throw error; // SQLite gave the whole transaction up, as on a full disk
    file.exec("rollback to job; release job");
    return { error: unreachable(file, error) };
  }
}

/** An error of the file as its callers know it. */
export const unreachable = (file: Pick<DataFile, "path">, error: unknown): TroupeError =>
  error instanceof TroupeError ? error : new TroupeError("STORE_UNREACHABLE", { address: file.path, reason: reasonOf(error) }, error);
