import { type AssignedPartition, type BusAdmin, SHARDS, type TopicPartition, type TopicSpec } from "@troupe/kernel";

/**
 * What this member reads and how far it has folded. Partitions are grouped by p mod the smallest partition count, so
 * that every source of one key lies in one group, and a document shard belongs to exactly one group.
 */
export class Progress {
  readonly #topics: readonly TopicSpec[];
  readonly #groups: number;
  readonly #readTo = new Map<string, { topic: string; partition: number; position: number }>();
  /** Per group: the latest instant T for which an end offset requested at T has been folded everywhere. */
  readonly #drainedAt = new Map<number, number>();
  #target: { readonly requestedAt: number; readonly ends: ReadonlyMap<string, number> } | undefined;

  constructor(topics: readonly TopicSpec[]) {
    this.#topics = topics;
    this.#groups = Math.min(SHARDS, ...topics.map(({ partitions }) => partitions));
  }

  assign(partitions: readonly AssignedPartition[]): void {
    this.#readTo.clear();
    this.#drainedAt.clear();
    this.#target = undefined;
    for (const { topic, partition, position } of partitions) this.#readTo.set(keyOf({ topic, partition }), { topic, partition, position });
  }

  revoke(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#readTo.delete(keyOf(partition));
      this.#drainedAt.delete(partition.partition % this.#groups);
    }
  }

  /** Everything of the partition below `position` has been folded. */
  advance(partition: TopicPartition, position: number): void {
    const entry = this.#readTo.get(keyOf(partition));
    if (entry !== undefined && position > entry.position) entry.position = position;
  }

  get assigned(): boolean {
    return this.#readTo.size > 0;
  }

  /** Groups of which this member has every topic's partitions, so that it alone folds their keys. */
  ownedGroups(): readonly number[] {
    return Array.from({ length: this.#groups }, (_, group) => group).filter((group) =>
      this.#sources(group).every((key) => this.#readTo.has(key)),
    );
  }

  /** Document shards of the owned groups; null when that is all of them. */
  ownedShards(): readonly number[] | null {
    const owned = new Set(this.ownedGroups());
    if (owned.size === this.#groups) return null;
    return Array.from({ length: SHARDS }, (_, shard) => shard).filter((shard) => owned.has(shard % this.#groups));
  }

  /**
   * Asks for end offsets when no earlier request is open, so that `mayFire` can learn that the log is drained to now.
   * Rejects when the bus is away.
   */
  async requestEnds(admin: BusAdmin, now: number): Promise<void> {
    if (this.#target !== undefined && !this.#noteDrained(this.#target)) return;
    const ends = await admin.endOffsets(this.#topics.map(({ topic }) => topic));
    this.#target = { requestedAt: now, ends: new Map(ends.map((entry) => [keyOf(entry), entry.end])) };
    if (this.#noteDrained(this.#target)) this.#target = undefined;
  }

  /**
   * A timer due at `dueAt` may fire only when, for every source partition that can hold its key, an end offset
   * requested at or after that instant has been folded: a success that already waits in the log beats its timeout.
   */
  mayFire(timer: { readonly dueAt: number; readonly shard: number }): boolean {
    if (this.#target !== undefined && this.#noteDrained(this.#target)) this.#target = undefined;
    return (this.#drainedAt.get(timer.shard % this.#groups) ?? Number.NEGATIVE_INFINITY) >= timer.dueAt;
  }

  #noteDrained(target: { readonly requestedAt: number; readonly ends: ReadonlyMap<string, number> }): boolean {
    let all = true;
    for (const group of this.ownedGroups()) {
      const drained = this.#sources(group).every((key) => (this.#readTo.get(key)?.position ?? -1) >= (target.ends.get(key) ?? 0));
      if (drained) this.#drainedAt.set(group, Math.max(target.requestedAt, this.#drainedAt.get(group) ?? 0));
      else all = false;
    }
    return all;
  }

  #sources(group: number): readonly string[] {
    return this.#topics.flatMap(({ topic, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => partition)
        .filter((partition) => partition % this.#groups === group)
        .map((partition) => keyOf({ topic, partition })),
    );
  }
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
