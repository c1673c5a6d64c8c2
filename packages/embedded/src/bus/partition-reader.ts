import type { Batch } from "@troupe/kernel";
import type { Core } from "../core.ts";
import type { TopicRow } from "../file/caches.ts";

/** Where a member stands in one of its partitions. */
export type PartitionState = {
  readonly key: number;
  readonly topic: TopicRow;
  readonly partition: number;
  /** First offset that was not handed over yet. */
  position: number;
  /** A batch is handed over and not settled. */
  busy: boolean;
  /** Something may have been appended since the last look. */
  woken: boolean;
};

export type PartitionReader = { wake(state: PartitionState): void; wakeAll(): void };
export type ReaderOptions = {
  readonly partitions: () => Iterable<PartitionState>;
  readonly deliver: (batch: Omit<Batch, "epoch">) => void;
  /** Runs a step that reads, again later when it fails. */
  readonly attempt: (step: () => void) => void;
};

/** Hands over the next batch of each partition that was woken and has none outstanding, in a turn of its own. */
export function createReader(core: Core, { partitions, deliver, attempt }: ReaderOptions): PartitionReader {
  let scheduled = false;
  const pump = (): void => {
    for (const state of partitions()) {
      if (!state.woken || state.busy) continue;
      const batch = core.logRows.read(state.topic, state.partition, state.position);
      state.woken = false;
      if (batch.records.length === 0) continue;
      state.busy = true;
      state.position = batch.nextOffset;
      deliver(batch);
    }
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      attempt(pump);
    });
  };
  const wake = (state: PartitionState): void => {
    state.woken = true;
    if (!state.busy) schedule();
  };
  const wakeAll = (): void => {
    for (const state of partitions()) state.woken = true;
    schedule();
  };
  return { wake, wakeAll };
}
