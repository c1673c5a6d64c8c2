import { type BusRecord, type GroupLag, type OutboundRecord, partitionOf, type TopicSpec, TroupeError } from "@troupe/kernel";
import type { Content } from "./codec.ts";

/** A record in the simulated log. Its key bytes are made only when somebody looks. */
export class SimulatedRecord implements BusRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly value: Uint8Array | null;
  readonly headers: OutboundRecord["headers"];
  readonly content: Content | undefined;
  readonly #key: string;

  constructor(
    place: { readonly topic: string; readonly partition: number; readonly offset: number; readonly timestamp: number },
    record: OutboundRecord,
    content: Content | undefined,
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = place.offset;
    this.timestamp = place.timestamp;
    this.value = record.value;
    this.headers = record.headers;
    this.content = content;
    this.#key = record.key;
  }

  get key(): Uint8Array {
    return new TextEncoder().encode(this.#key);
  }

  /** As it was sent, e.g. to be sent once more. */
  get outbound(): OutboundRecord {
    const { topic, value, headers } = this;
    return { topic, key: this.#key, value, headers };
  }
}

/** A partition of the log. `undefined` stands for a control record, which no reader sees. */
export type Partition = {
  readonly topic: string;
  readonly partition: number;
  readonly place: string;
  readonly records: Array<SimulatedRecord | undefined>;
};

/** Topics of one world. */
export class SimulatedLog {
  readonly specs: readonly TopicSpec[];
  readonly partitions: readonly Partition[];
  readonly #topics = new Map<string, readonly Partition[]>();
  readonly #places = new Map<string, Partition>();

  constructor(specs: readonly TopicSpec[]) {
    this.specs = specs;
    for (const { topic, partitions } of specs) {
      const made = Array.from({ length: partitions }, (_, partition) => ({
        topic,
        partition,
        place: `${topic}/${partition}`,
        records: [],
      }));
      this.#topics.set(topic, made);
      for (const partition of made) this.#places.set(partition.place, partition);
    }
    this.partitions = [...this.#places.values()];
  }

  /** Throws TOPIC_UNKNOWN. */
  partitionFor({ topic, key }: OutboundRecord): Partition {
    const partitions = this.of(topic);
    const partition = partitions[partitions.length === 1 ? 0 : partitionOf(key, partitions.length)];
    if (partition === undefined)
      throw new TroupeError("TOPIC_UNKNOWN", { topic, allowed: this.specs.map((spec) => spec.topic).join(", ") });
    return partition;
  }

  append(
    partition: Partition,
    record: OutboundRecord,
    { content, now }: { readonly content: Content | undefined; readonly now: number },
  ): SimulatedRecord {
    const { topic, partition: number, records } = partition;
    const added = new SimulatedRecord({ topic, partition: number, offset: records.length, timestamp: now }, record, content);
    records.push(added);
    return added;
  }

  of(topic: string): readonly Partition[] {
    return this.#topics.get(topic) ?? [];
  }

  at(place: string): Partition | undefined {
    return this.#places.get(place);
  }

  /** Every partition of these topics. */
  all(topics: readonly string[]): readonly Partition[] {
    return topics.flatMap((topic) => this.of(topic));
  }

  lagOf(committed: ReadonlyMap<string, number>, topics: readonly string[]): readonly GroupLag[] {
    return this.all(topics).map(({ topic, partition, place, records }) => ({
      topic,
      partition,
      committed: committed.get(place) ?? 0,
      end: records.length,
    }));
  }
}
