import { randomBytes } from "node:crypto";
import avro from "avsc";
import { type Consumer, type IHeaders, Kafka, logLevel, Partitioners, type RecordMetadata } from "kafkajs";
import { ask } from "./http.ts";
import { KAFKA, REGISTRY } from "./servers.ts";
import { cleanUp, type Scope } from "./troupe.ts";
import { until } from "./until.ts";

/**
 * A client that knows the wire contract and nothing of our SDK: kafkajs, avsc and the registry's REST API.
 * Logical types stay physical here (a decimal is its bytes, an instant its milliseconds), as in a language without them.
 */
export type Written = { readonly topic: string; readonly partition: number; readonly offset: string };
export type ForeignRecord = {
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
  readonly partition?: number;
};

const kafka = new Kafka({ clientId: "foreign", brokers: [KAFKA], logLevel: logLevel.ERROR });

/** Writes one record and says where it lies. The partitioner is the one of the Java client. */
export async function write(scope: Scope, topic: string, record: ForeignRecord): Promise<Written> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  cleanUp(scope, () => producer.disconnect());
  await producer.connect();
  const [written] = await producer.send({ topic, messages: [record] });
  const { partition, baseOffset = "" }: Partial<RecordMetadata> = written ?? {};
  return { topic, partition: partition ?? -1, offset: baseOffset };
}

type Registered = { readonly id: number; readonly schema: string };

/** Latest schema of a subject, by REST. */
export async function latestSchema(subject: string): Promise<Registered> {
  return (await ask(`${REGISTRY}/subjects/${subject}/versions/latest`)).json as Registered; // Confluent REST API
}

/** Confluent wire format: zero, schema id, Avro body. */
export function framed(id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, body]);
}

/**
 * A value under a schema id that nobody has met: the subject's latest schema with one more field, registered under a subject of
 * its own, so that the next test finds the first one as it was.
 */
export async function encodedByNewcomer(subject: string, value: object): Promise<Buffer> {
  const { schema } = await latestSchema(subject);
  const latest = JSON.parse(schema) as { readonly fields: readonly object[] }; // an event is a record
  const extra = `extra${randomBytes(4).toString("hex")}`;
  const newer = { ...latest, fields: [...latest.fields, { name: extra, type: "int", default: 0 }] };
  const answer = await ask(`${REGISTRY}/subjects/newcomer-${extra}/versions`, { body: { schema: JSON.stringify(newer) } });
  const { id } = answer.json as Registered; // Confluent REST API
  return framed(id, avro.Type.forSchema(newer as unknown as avro.Schema).toBuffer({ ...value, [extra]: 1 })); // built from a schema
}

/** A value of the subject's latest schema in wire format. */
export async function encoded(subject: string, value: object): Promise<Buffer> {
  const { id, schema } = await latestSchema(subject);
  return framed(id, avro.Type.forSchema(JSON.parse(schema)).toBuffer(value));
}

/** The value of a record, by the id in its bytes and the registry alone. */
export async function decoded(bytes: Buffer): Promise<{ readonly [field: string]: unknown }> {
  if (bytes[0] !== 0) throw new Error(`not the Confluent wire format: ${bytes.toString("hex")}`);
  const { schema } = (await ask(`${REGISTRY}/schemas/ids/${bytes.readInt32BE(1)}`)).json as Registered; // Confluent REST API
  return avro.Type.forSchema(JSON.parse(schema)).fromBuffer(bytes.subarray(5)) as { readonly [field: string]: unknown }; // an event is a record
}

export type Seen = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: { readonly [name: string]: string };
};

/** Reads topics from their beginning; what has the key is in `seen`. Resolves when the group has its partitions. */
export async function reader(scope: Scope, topics: readonly string[], key: string): Promise<{ readonly seen: readonly Seen[] }> {
  const groupId = `foreign-${key}`;
  const consumer = kafka.consumer({ groupId });
  const seen: Seen[] = [];
  cleanUp(scope, () => stopReading(consumer, groupId));
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  let joined = false;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined = true;
  });
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      if (message.key?.toString() !== key || message.value === null) return;
      seen.push({ topic, partition, key, value: message.value, headers: textOf(message.headers) });
    },
  });
  await until("partitions of the foreign consumer", () => joined);
  return { seen };
}

async function stopReading(consumer: Consumer, groupId: string): Promise<void> {
  await consumer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteGroups([groupId]).finally(() => admin.disconnect());
}

function textOf(headers: IHeaders = {}): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Number of partitions of a topic. */
export async function partitionsOf(topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).finally(() => admin.disconnect());
  return topics[0]?.partitions.length ?? 0;
}
