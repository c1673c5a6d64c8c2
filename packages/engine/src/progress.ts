import { type AssignedPartition, type BusAdmin, SHARDS, type TopicPartition, type TopicSpec } from "@troupe/kernel";

type Target = { readonly requestedAt: number; readonly ends: ReadonlyMap<string, number> };

/**
 * What this member reads and how far it has folded. Partitions are grouped by p mod the smallest partition count, so
 * that every source of one key lies in one group, and a document shard belongs to exactly one group. Where keys are not
 * partitioned alike everything is one group, which all members share.
 */
export class Progress {
  readonly #topics: readonly TopicSpec[];
  readonly #groups: number;
  readonly #all: ReadonlySet<number>;
  readonly #readTo = new Map<string, number>();
  readonly #assigned = new Set<number>();
  /** Shards of `#assigned`, made when somebody first asks: they are asked for at every poll, and change at a rebalance. */
  #owned: readonly number[] | null | undefined;
  /** What the group has committed, as last asked: for sources that another member reads, and behind trailing control records. */
  readonly #committed = new Map<string, number>();
  /** Per group: ends that were asked for and are not folded yet. */
  readonly #targets = new Map<number, Target>();
  /** Per group: the latest instant T for which an end offset requested at T has been folded everywhere. */
  readonly #drainedAt = new Map<number, number>();

  /** `coPartitioned`: the record key is the document key on every topic. Then counts must be powers of two to line up with shards. */
  constructor(topics: readonly TopicSpec[], { coPartitioned }: { readonly coPartitioned: boolean }) {
    this.#topics = topics;
    const counts = topics.map(({ partitions }) => partitions);
    this.#groups = coPartitioned && counts.every(isPowerOfTwo) ? Math.min(SHARDS, ...counts) : 1;
    this.#all = new Set(Array.from({ length: this.#groups }, (_, group) => group));
  }

  /** Everything that this member reads from now on. */
  assign(partitions: readonly AssignedPartition[]): void {
    for (const map of [this.#readTo, this.#committed, this.#targets, this.#drainedAt]) map.clear();
    for (const partition of partitions) this.#readTo.set(keyOf(partition), partition.position);
    this.#noteAssigned();
  }

  revoke(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#readTo.delete(keyOf(partition));
      this.#drainedAt.delete(partition.partition % this.#groups);
    }
    this.#noteAssigned();
  }

  /** Everything of the partition below `position` has been folded. */
  advance(partition: TopicPartition, position: number): void {
    const before = this.#readTo.get(keyOf(partition));
    if (before !== undefined && position > before) this.#readTo.set(keyOf(partition), position);
  }

  /**
   * Document shards whose timers and outboxes this member looks after; null when that is all of them. Two members may
   * look after the same one while a group is shared: the version of the document decides then.
   */
  ownedShards(): readonly number[] | null {
    const owned = this.#ownedGroups();
    if (this.#owned === undefined) this.#owned = owned.size === this.#groups ? null : this.#shardsOf((group) => owned.has(group));
    return this.#owned;
  }

  /** Owned shards whose sources are drained to `instant`. */
  drainedShards(instant: number): readonly number[] {
    const owned = this.#ownedGroups();
    return this.#shardsOf((group) => owned.has(group) && this.#drained(group) >= instant);
  }

  /**
   * A timer due at T may fire only when, for every source partition that can hold its key, an end offset requested at or
   * after T has been folded: a success that already waits in the log beats its timeout. The instant to which that holds.
   */
  drainedTo(shard: number): number {
    return this.#drained(shard % this.#groups);
  }

  /**
   * Asks the bus for ends, so that `drainedTo` can rise to `now` once they are folded. An open request of a group stays:
   * a new one at each call would never be reached under load. Rejects when the bus is away.
   */
  async refresh(admin: BusAdmin, group: string, now: number): Promise<void> {
    const topics = this.#topics.map(({ topic }) => topic);
    const lags = topics.length === 0 ? [] : await admin.groupLag(group, topics);
    for (const lag of lags) this.#committed.set(keyOf(lag), lag.committed);
    const target = { requestedAt: now, ends: new Map(lags.map((lag) => [keyOf(lag), lag.end])) };
    for (const owned of this.#ownedGroups()) {
      this.#drained(owned);
      if (!this.#targets.has(owned)) this.#targets.set(owned, target);
    }
  }

  #drained(group: number): number {
    const target = this.#targets.get(group);
    if (target !== undefined && this.#sources(group).every((key) => this.#position(key) >= (target.ends.get(key) ?? 0))) {
      this.#targets.delete(group);
      this.#drainedAt.set(group, Math.max(target.requestedAt, this.#drainedAt.get(group) ?? 0));
    }
    return this.#drainedAt.get(group) ?? Number.NEGATIVE_INFINITY;
  }

  #position(key: string): number {
    return Math.max(this.#readTo.get(key) ?? -1, this.#committed.get(key) ?? -1);
  }

  /** Groups of which this member reads something; all of them for an owner that reads nothing at all. */
  #ownedGroups(): ReadonlySet<number> {
    return this.#topics.length === 0 ? this.#all : this.#assigned;
  }

  #noteAssigned(): void {
    this.#owned = undefined;
    this.#assigned.clear();
    for (const key of this.#readTo.keys()) this.#assigned.add(Number(key.slice(key.lastIndexOf("/") + 1)) % this.#groups);
  }

  #shardsOf(wanted: (group: number) => boolean): readonly number[] {
    const groups = Array.from({ length: this.#groups }, (_, group) => wanted(group));
    const shards: number[] = [];
    for (let shard = 0; shard < SHARDS; shard++) if (groups[shard % this.#groups]) shards.push(shard);
    return shards;
  }

  #sources(group: number): readonly string[] {
    return this.#topics.flatMap(({ topic, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => partition)
        .filter((partition) => partition % this.#groups === group)
        .map((partition) => keyOf({ topic, partition })),
    );
  }
}

const isPowerOfTwo = (count: number): boolean => count > 0 && (count & (count - 1)) === 0;
const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
