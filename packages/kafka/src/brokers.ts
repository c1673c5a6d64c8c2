import type { AssignedPartition, TopicPartition, TopicSpec } from "@troupe/kernel";
import { TroupeError } from "@troupe/kernel";
import type { Admin } from "kafkajs";
import type { Client, NewClient } from "./client.ts";
import { unreachable } from "./errors.ts";

/** First and after-the-last offset of a partition. */
export type Range = TopicPartition & { readonly first: number; readonly end: number };
/** Where a group stands: at what it committed, or at the first offset that there still is. */
export type Standing = AssignedPartition & Range & { readonly committed: number | null };
export type Brokers = ReturnType<typeof createBrokers>;
type Connection = { readonly client: Client; readonly admin: Promise<Admin> };

/**
 * Questions to the cluster over one administrative connection. A connection that failed is dropped and made anew at the
 * next question: kafkajs keeps asking for topics that were deleted, and after that answers nothing else.
 */
export function createBrokers(newClient: NewClient, address: string) {
  let open: Connection | undefined;
  let closed = false;

  const connect = (): Connection => {
    const client = newClient();
    const admin = client.kafka.admin();
    return { client, admin: admin.connect().then(() => admin) };
  };

  async function ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (closed) throw new TroupeError("BUS_UNREACHABLE", { address, reason: "the bus is closed" });
    open ??= connect();
    const used = open;
    try {
      return await question(await used.admin);
    } catch (error) {
      if (open === used) open = undefined;
      void disconnect(used);
      throw unreachable(error, address);
    }
  }

  /** Asked without naming topics, because naming a missing one creates it where the broker allows that. */
  const topics = (): Promise<readonly TopicSpec[]> =>
    ask(async (admin) => {
      const { topics: found } = await admin.fetchTopicMetadata();
      return found
        .filter(({ name }) => !name.startsWith("__"))
        .map(({ name, partitions }) => ({ topic: name, partitions: partitions.length }));
    });

  async function known(wanted: readonly string[]): Promise<readonly TopicSpec[]> {
    return pick(wanted, await topics());
  }

  async function ranges(wanted: readonly string[]): Promise<readonly Range[]> {
    await known(wanted);
    const perTopic = await ask((admin) =>
      Promise.all(wanted.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) }))),
    );
    return perTopic.flatMap(({ topic, partitions }) =>
      partitions
        .map(({ partition, low, high }) => ({ topic, partition, first: Number(low), end: Number(high) }))
        .sort((a, b) => a.partition - b.partition),
    );
  }

  /** Where `group` reads on. kafkajs stores -2 for "earliest": that, too, is no committed offset. */
  async function positions(group: string, wanted: readonly string[]): Promise<readonly Standing[]> {
    const all = await ranges(wanted);
    if (all.length === 0) return [];
    const stored = await ask((admin) => admin.fetchOffsets({ groupId: group, topics: [...wanted] }));
    const committed = new Map(
      stored.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)])),
    );
    return all.map((range) => {
      const offset = committed.get(`${range.topic}/${range.partition}`) ?? -1;
      return { ...range, committed: offset >= 0 ? offset : null, position: Math.max(offset, range.first) };
    });
  }

  return {
    topics,
    known,
    ranges,
    positions,
    /** `replicationFactor: -1` leaves the number of copies to the broker's default. */
    create: (specs: readonly TopicSpec[]): Promise<boolean> =>
      ask((admin) =>
        admin.createTopics({
          topics: specs.map(({ topic, partitions }) => ({ topic, numPartitions: partitions, replicationFactor: -1 })),
          waitForLeaders: true,
        }),
      ),
    async close(): Promise<void> {
      closed = true;
      if (open !== undefined) await disconnect(open);
    },
  };
}

/** The connection is given up either way, so a failure to close it changes nothing. */
const disconnect = ({ client, admin }: Connection): Promise<void> => client.end(async () => (await admin).disconnect());

/** The specs of `wanted`; throws TOPIC_UNKNOWN with what there is. */
export function pick(wanted: readonly string[], all: readonly TopicSpec[]): readonly TopicSpec[] {
  return wanted.map((topic) => {
    const found = all.find((spec) => spec.topic === topic);
    if (found === undefined) throw new TroupeError("TOPIC_UNKNOWN", { topic, allowed: all.map((spec) => spec.topic) });
    return found;
  });
}
