import { type Batch, type BusRecord, type Headers, type OutboundRecord, partitionOf, type TopicSpec, TroupeError } from "@troupe/kernel";
import type { Caches, TopicRow } from "../file/caches.ts";
import type { DataFile } from "../file/data-file.ts";
import type { Changes } from "../file/transaction.ts";

export const MAX_RECORD_BYTES = 1024 * 1024;
const BATCH_RECORDS = 500;
const BATCH_BYTES = 1024 * 1024;

export type PlacedRecord = { readonly topic: TopicRow; readonly partition: number; readonly record: OutboundRecord };
/** One number for a partition of a topic. */
export const partitionKey = (topicId: number, partition: number): number => topicId * 65_536 + partition;

/** Topics and their records as rows. `place`, `append` and `create` run inside a transaction. */
export type LogRows = {
  topic(name: string): TopicRow | undefined;
  topics(): readonly TopicRow[];
  create(spec: TopicSpec): TopicRow;
  /** Where records go. Throws RECORD_TOO_LARGE or TOPIC_UNKNOWN. */
  place(records: readonly OutboundRecord[]): readonly PlacedRecord[];
  append(placed: PlacedRecord, at: { readonly now: number; readonly changes: Changes }): void;
  end(topicId: number, partition: number): number;
  /** The next records from `from` on, bounded by count and bytes; without an epoch. */
  read(topic: TopicRow, partition: number, from: number): Omit<Batch, "epoch">;
  unknownTopic(name: string): TroupeError;
};

type Row = { off: number; ts: number; key: string | null; value: Uint8Array | null; headers: string };
const encoder = new TextEncoder();

export function createLogRows(file: DataFile, caches: Caches): LogRows {
  const byName = file.query<TopicRow>("select id, name, partitions from topic where name=?");
  const all = file.query<TopicRow>("select id, name, partitions from topic order by name");
  const insertTopic = file.command("insert into topic(name, partitions) values(?, ?)");
  const insert = file.command("insert into log(topic, part, off, ts, key, value, headers) values(?, ?, ?, ?, ?, ?, ?)");
  const last = file.query<{ off: number | null }>("select max(off) off from log where topic=? and part=?");
  const from = file.query<Row>(
    `select off, ts, key, value, headers from log where topic=? and part=? and off>=? order by off limit ${BATCH_RECORDS}`,
  );

  const topic = (name: string): TopicRow | undefined => {
    const known = caches.topics.get(name) ?? byName.get(name);
    if (known !== undefined) caches.topics.set(name, known);
    return known;
  };
  const topics = (): readonly TopicRow[] => all.all();
  const unknownTopic = (name: string): TroupeError =>
    new TroupeError("TOPIC_UNKNOWN", { topic: name, allowed: topics().map((one) => one.name) });
  const end = (topicId: number, partition: number): number => (last.get(topicId, partition)?.off ?? -1) + 1;
  const place = (records: readonly OutboundRecord[]): readonly PlacedRecord[] =>
    records.map((record) => {
      const bytes = record.value?.length ?? 0;
      if (bytes > MAX_RECORD_BYTES) throw new TroupeError("RECORD_TOO_LARGE", { topic: record.topic, bytes, limit: MAX_RECORD_BYTES });
      const row = topic(record.topic);
      if (row === undefined) throw unknownTopic(record.topic);
      return { topic: row, partition: row.partitions === 1 ? 0 : partitionOf(record.key, row.partitions), record };
    });
  const append: LogRows["append"] = ({ topic: row, partition, record }, { now, changes }) => {
    const key = partitionKey(row.id, partition);
    const offset = caches.heads.get(key) ?? end(row.id, partition);
    insert(row.id, partition, offset, now, record.key, record.value, JSON.stringify(record.headers));
    caches.heads.set(key, offset + 1);
    changes.partitions.add(key);
  };
  const read: LogRows["read"] = ({ id, name }, partition, position) => {
    const records: BusRecord[] = [];
    let bytes = 0;
    for (const row of from.each(id, partition, position)) {
      const length = row.value?.length ?? 0;
      if (records.length > 0 && bytes + length > BATCH_BYTES) break;
      bytes += length;
      records.push(recordOf(row, name, partition));
    }
    const nextOffset = (records.at(-1)?.offset ?? position - 1) + 1;
    return { topic: name, partition, records, endOffset: Math.max(nextOffset, end(id, partition)), nextOffset };
  };
  const create = (spec: TopicSpec): TopicRow => ({
    id: insertTopic(spec.topic, spec.partitions).rowId,
    name: spec.topic,
    partitions: spec.partitions,
  });
  return { topic, topics, create, place, append, end, read, unknownTopic };
}

const recordOf = (row: Row, topic: string, partition: number): BusRecord => ({
  topic,
  partition,
  offset: row.off,
  timestamp: row.ts,
  key: row.key === null ? null : encoder.encode(row.key),
  value: row.value,
  headers: JSON.parse(row.headers) as Headers, // written by append
});
