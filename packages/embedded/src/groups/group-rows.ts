import type { TopicPartition } from "@troupe/kernel";
import type { LogRows } from "../bus/log-rows.ts";
import type { Caches } from "../file/caches.ts";
import type { DataFile } from "../file/data-file.ts";
import type { Changes } from "../file/transaction.ts";
import type { Names } from "../names.ts";

export type OffsetMove = TopicPartition & { readonly next: number };

/**
 * Generation and offsets of groups as rows. The generation is the epoch of a group's batches; an offset is stored only
 * under the current one, and never moves back. `raise` and `storeOffsets` run inside a transaction.
 */
export type GroupRows = {
  generation(groupId: number): number;
  raise(groupId: number, changes: Changes): void;
  /** False, and nothing is stored, when `epoch` is not the group's any more. */
  storeOffsets(membership: { readonly group: string; readonly epoch: number }, offsets: readonly OffsetMove[]): boolean;
  committed(groupId: number | undefined, topicId: number, partition: number): number;
};

export type GroupRowsParts = { readonly file: DataFile; readonly caches: Caches; readonly names: Names; readonly logRows: LogRows };

export function createGroupRows({ file, caches, names, logRows }: GroupRowsParts): GroupRows {
  const select = file.query<{ generation: number }>("select generation from grp where id=?");
  const increment = file.command("insert into grp(id, generation) values(?, 1) on conflict do update set generation=generation+1");
  const offset = file.query<{ off: number }>("select off from offs where grp=? and topic=? and part=?");
  const store = file.command(
    "insert into offs(grp, topic, part, off) values(?, ?, ?, ?) on conflict do update set off=excluded.off where excluded.off>offs.off",
  );
  const generation = (groupId: number): number => select.get(groupId)?.generation ?? 0;
  /** Within a transaction: the cache is forgotten when somebody else has committed. */
  const currentGeneration = (groupId: number): number => {
    const known = caches.generations.get(groupId) ?? generation(groupId);
    caches.generations.set(groupId, known);
    return known;
  };
  return {
    generation,
    raise: (groupId, changes) => {
      increment(groupId);
      caches.generations.delete(groupId);
      changes.groups.add(groupId);
    },
    storeOffsets: ({ group, epoch }, offsets) => {
      const groupId = names.find(group);
      if (groupId === undefined || currentGeneration(groupId) !== epoch) return false;
      for (const { topic, partition, next } of offsets) {
        const row = logRows.topic(topic);
        if (row !== undefined) store(groupId, row.id, partition, next);
      }
      return true;
    },
    committed: (groupId, topicId, partition) => (groupId === undefined ? 0 : (offset.get(groupId, topicId, partition)?.off ?? 0)),
  };
}
