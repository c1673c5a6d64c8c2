import { reasonOf } from "@troupe/kernel";
import type { Core } from "../core.ts";

const TRIM_EVERY_MILLIS = 60_000;
/** Records that one transaction removes: it must not stall the process. */
const STEP = 5_000;
/** Free pages given back to the disk in one transaction. */
const PAGES = 1_000;

export type LogTrimmer = { trim(): Promise<number>; stop(): void };

/**
 * Removes records that are older than the retention and that every group has passed: each that has ever committed on the
 * topic, and each that reads it now. The last record of a partition stays, because it says where the partition ends.
 * Space that becomes free is used again, and given back in small steps where the file was made for that.
 */
export function createLogTrimmer(core: Core, retentionMillis: number): LogTrimmer {
  const { file, commit, clock, log, logRows } = core;
  const passed = file.query<{ off: number | null }>("select min(off) off from offs where topic=? and part=?");
  const readers = file.query<{ n: number }>(
    `select count(distinct grp) n from member where exists (select 1 from json_each(member.topics) where value=?1)
     and not exists (select 1 from offs where offs.grp=member.grp and offs.topic=?2 and offs.part=?3)`,
  );
  const old = file.query<{ off: number | null }>(
    "select max(off) off from (select off from log where topic=? and part=? and off<? and ts<? order by off limit ?)",
  );
  const remove = file.command("delete from log where topic=? and part=? and off<=?");

  const free = file.query<{ freelist_count: number }>("pragma freelist_count");
  const incremental = file.query<{ auto_vacuum: number }>("pragma auto_vacuum").get()?.auto_vacuum === 2;
  /** What could be given back; a few are kept, since they are used again at once. */
  const freePages = (): number => (incremental ? (free.get()?.freelist_count ?? 0) : 0);

  /** First offset that some group has not passed; nothing may go while a group that reads has committed nothing. */
  const bound = (topic: { readonly id: number; readonly name: string }, partition: number): number => {
    if ((readers.get(topic.name, topic.id, partition)?.n ?? 0) > 0) return 0;
    const last = logRows.end(topic.id, partition) - 1;
    return Math.min(last, passed.get(topic.id, partition)?.off ?? last);
  };
  const step = (): number => {
    let removed = 0;
    for (const topic of logRows.topics()) {
      for (let partition = 0; partition < topic.partitions; partition++) {
        const upTo = old.get(topic.id, partition, bound(topic, partition), clock.now() - retentionMillis, STEP)?.off ?? null;
        if (upTo !== null) removed += remove(topic.id, partition, upTo).changes;
        if (removed >= STEP) return removed;
      }
    }
    return removed;
  };
  const trim = async (): Promise<number> => {
    let removed = 0;
    for (let last = STEP; last >= STEP; removed += last) last = await commit.enqueue(step, STEP);
    while (freePages() > PAGES) await commit.enqueue(() => file.exec(`pragma incremental_vacuum(${PAGES})`), PAGES);
    return removed;
  };
  const timer = setInterval(() => {
    trim().then(
      (removed) => removed > 0 && log.info({ removed }, `${removed} records older than the retention were removed from the log`),
      (error: unknown) => log.warn({ error: reasonOf(error) }, "the log could not be trimmed; it is tried again"),
    );
  }, TRIM_EVERY_MILLIS).unref();
  return { trim, stop: () => clearInterval(timer) };
}
