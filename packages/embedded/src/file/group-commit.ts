import { type Random, TroupeError } from "@troupe/kernel";
import type { Caches } from "./caches.ts";
import type { DataFile } from "./data-file.ts";
import { isLocked } from "./sqlite-errors.ts";
import { type Changes, createTransaction, type Job, type JobResult, unreachable } from "./transaction.ts";

export type GroupCommit = {
  /**
   * Resolves once the job is durable. Rejects with what the job threw, or STORE_UNREACHABLE.
   * `rows`: about how many it writes; default 1.
   */
  enqueue<T>(job: Job<T>, rows?: number): Promise<T>;
  /** Resolves when nothing waits; afterwards every job is rejected. */
  close(): Promise<void>;
};

type Waiting = {
  readonly run: Job<unknown>;
  readonly rows: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
};
export type GroupCommitOptions = {
  readonly file: DataFile;
  readonly caches: Caches;
  readonly random: Random;
  /** Runs after the results were delivered. */
  readonly onCommitted: (changes: Changes) => void;
};

/** A transaction stalls the process while it runs, and a stall must stay far below the lease of a member. */
const MAX_ROWS = 8_192;
const MAX_BACKOFF_MILLIS = 20;
/** Between transactions while another process writes too: without it the lock would never be free when that one looks. */
const POLITE_MILLIS = 1;

/** Merges all jobs that wait into one transaction, so that they share one fsync. While it is written, the next ones gather. */
export function createGroupCommit({ file, caches, random, onCommitted }: GroupCommitOptions): GroupCommit {
  const transaction = createTransaction(file, caches);
  let waiting: Waiting[] = [];
  let scheduled = false;
  let closed = false;
  let refusals = 0;
  const onIdle: Array<() => void> = [];

  const schedule = (millis: number): void => {
    scheduled = true;
    if (millis === 0) setImmediate(flush);
    else setTimeout(flush, millis);
  };
  const next = (): void => {
    scheduled = false;
    if (waiting.length > 0) schedule(transaction.othersWrite() ? POLITE_MILLIS : 0);
    else for (const resolve of onIdle.splice(0)) resolve();
  };
  const flush = (): void => {
    const jobs = firstOf(waiting);
    const changes: Changes = { partitions: new Set(), groups: new Set() };
    let results: readonly JobResult[];
    try {
      results = transaction.run(
        jobs.map(({ run }) => run),
        changes,
      );
    } catch (error) {
      if (isLocked(error)) return void schedule(1 + Math.floor(random.next() * Math.min(MAX_BACKOFF_MILLIS, 2 + refusals++)));
      results = jobs.map(() => ({ error: unreachable(file, error) }));
    }
    refusals = 0;
    waiting = waiting.slice(jobs.length);
    deliver(jobs, results);
    next();
    onCommitted(changes);
  };
  return {
    enqueue: <T>(run: Job<T>, rows = 1) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new TroupeError("STORE_UNREACHABLE", { address: file.path, reason: "it was closed" }));
        // Heterogeneous queue: each job's own result goes to its own resolve.
        waiting.push({ run, rows, resolve: resolve as (value: unknown) => void, reject });
        if (!scheduled) schedule(0);
      }),
    close: () => {
      closed = true;
      return scheduled ? new Promise((resolve) => void onIdle.push(resolve)) : Promise.resolve();
    },
  };
}

/** As many jobs as one transaction may hold, at least one. */
function firstOf(waiting: readonly Waiting[]): readonly Waiting[] {
  let rows = 0;
  const end = waiting.findIndex((job, at) => {
    rows += job.rows;
    return at > 0 && rows > MAX_ROWS;
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

function deliver(jobs: readonly Waiting[], results: readonly JobResult[]): void {
  for (const [at, job] of jobs.entries()) {
    const result = results[at];
    if (result === undefined) continue;
    if ("error" in result) job.reject(result.error);
    else job.resolve(result.value);
  }
}
