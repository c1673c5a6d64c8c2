import { Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";

/** Nodes of `npm run servers -- up clusters`, by name. */
const BROKERS: { readonly [name: string]: string } = {
  "kafka-1": "127.0.0.1:19101",
  "kafka-2": "127.0.0.1:19102",
  "kafka-3": "127.0.0.1:19103",
};
const DATABASES: { readonly [name: string]: string } = {
  "mongodb-1": "127.0.0.1:27121",
  "mongodb-2": "127.0.0.1:27122",
  "mongodb-3": "127.0.0.1:27123",
};

const MONGO = `mongodb://${Object.values(DATABASES).join()}/?replicaSet=rs3`;

/** Settings that put a process on the clusters. */
export const CLUSTERS = { TROUPE_KAFKA_BROKERS: Object.values(BROKERS).join(), TROUPE_MONGO_URL: MONGO };

/** Name of the broker that leads a partition. */
export async function leaderOf(topic: string, partition: number): Promise<string> {
  const admin = new Kafka({ clientId: "foreign", brokers: Object.values(BROKERS), logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).finally(() => admin.disconnect());
  const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  return `kafka-${leader}`;
}

/** Name of the node that takes writes. */
export async function primary(): Promise<string> {
  const client = new MongoClient(MONGO, { serverSelectionTimeoutMS: 10_000 });
  try {
    const { primary: address } = await client.db("admin").command({ hello: 1 });
    const found = Object.entries(DATABASES).find(([, known]) => known === address);
    if (found === undefined) throw new Error(`the set names ${address} as its primary`);
    return found[0];
  } finally {
    await client.close();
  }
}
