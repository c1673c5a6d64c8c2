import { type OutboundRecord, partitionOf, TroupeError } from "@troupe/kernel";
import type { ICustomPartitioner, Message, Producer, RecordMetadata } from "kafkajs";
import { type Brokers, pick } from "./brokers.ts";
import type { Client, NewClient } from "./client.ts";
import { isProtocolError, unreachable } from "./errors.ts";
import { recordBytes, toRounds } from "./records.ts";

/** Room that a value of `maxRecordBytes` leaves below the broker's default message.max.bytes (1,048,588) for key and headers. */
const BESIDE_VALUE = 48_588;

type Sent = Message & { partition: number };
type Connection = { readonly client: Client; readonly producer: Promise<Producer> };
export type PublisherOptions = {
  readonly newClient: NewClient;
  readonly brokers: Brokers;
  readonly address: string;
  readonly maxRecordBytes: number;
};

/** The writing half of the port. See Bus.publish for what it promises. */
export function createPublisher({ newClient, brokers, address, maxRecordBytes }: PublisherOptions) {
  let known: ReadonlySet<string> = new Set();
  let open: Connection | undefined;

  const connect = (): Connection => {
    const client = newClient();
    const producer = client.kafka.producer({ createPartitioner: murmurPartitioner, allowAutoTopicCreation: false });
    return { client, producer: producer.connect().then(() => producer) };
  };

  /** A producer that used a topic which was deleted fails on topics that are new to it: after a failure there is a new one. */
  const discard = (used: Connection): void => {
    if (open === used) open = undefined;
    void disconnect(used);
  };

  async function check(records: readonly OutboundRecord[]): Promise<void> {
    for (const record of records) {
      const bytes = record.value?.length ?? 0;
      const total = recordBytes(record);
      if (bytes > maxRecordBytes || total > maxRecordBytes + BESIDE_VALUE)
        throw tooLarge(record.topic, { bytes: total, limit: maxRecordBytes });
    }
    const topics = [...new Set(records.map(({ topic }) => topic))];
    if (topics.every((topic) => known.has(topic))) return;
    const all = await brokers.topics();
    known = new Set(all.map(({ topic }) => topic));
    pick(topics, all);
  }

  async function send(round: readonly OutboundRecord[]): Promise<void> {
    open ??= connect();
    const used = open;
    const topicMessages = toMessages(round);
    try {
      const producer = await used.producer;
      const written = await producer.sendBatch({ acks: -1, topicMessages });
      confirm(topicMessages, { written, address });
    } catch (error) {
      if (isProtocolError(error, "MESSAGE_TOO_LARGE") && round[0] !== undefined) {
        const largest = round.reduce((a, b) => (recordBytes(a) >= recordBytes(b) ? a : b), round[0]);
        throw tooLarge(largest.topic, { bytes: recordBytes(largest), limit: maxRecordBytes });
      }
      discard(used);
      known = new Set();
      throw unreachable(error, address);
    }
  }

  return {
    async publish(records: readonly OutboundRecord[]): Promise<void> {
      if (records.length === 0) return;
      await check(records);
      for (const round of toRounds(records, maxRecordBytes + BESIDE_VALUE)) await send(round);
    },
    async close(): Promise<void> {
      if (open !== undefined) await disconnect(open);
    },
  };
}

/**
 * Partition by murmur2 over the partitions of the producer's own metadata. A partition chosen from other metadata could
 * be one that this producer does not know, and kafkajs drops a message for such a partition without an error.
 */
const murmurPartitioner: ICustomPartitioner =
  () =>
  ({ partitionMetadata, message }) => {
    const partition = partitionOf(message.key ?? "", partitionMetadata.length);
    message.partition = partition; // read by confirm
    return partition;
  };

function toMessages(round: readonly OutboundRecord[]): Array<{ topic: string; messages: Sent[] }> {
  const byTopic = new Map<string, Sent[]>();
  for (const { topic, key, value, headers } of round) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({ key, value: value === null ? null : toBuffer(value), headers: { ...headers }, partition: -1 });
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

const toBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

/**
 * When a leader moves during a send, kafkajs may resolve although it never sent to the partitions that moved to a broker
 * which had answered before. So every partition must be among the answers.
 */
function confirm(
  sent: ReadonlyArray<{ readonly topic: string; readonly messages: readonly Sent[] }>,
  { written, address }: { written: readonly RecordMetadata[]; address: string },
): void {
  const answered = new Set(
    written.filter(({ errorCode }) => errorCode === 0).map(({ topicName, partition }) => `${topicName}/${partition}`),
  );
  for (const { topic, messages } of sent) {
    const missing = messages.find(({ partition }) => !answered.has(`${topic}/${partition}`));
    if (missing === undefined) continue;
    throw new TroupeError("BUS_UNREACHABLE", { address, reason: `partition ${topic}/${missing.partition} did not confirm` });
  }
}

function tooLarge(topic: string, { bytes, limit }: { bytes: number; limit: number }): TroupeError {
  return new TroupeError("RECORD_TOO_LARGE", { topic, bytes, limit });
}

const disconnect = ({ client, producer }: Connection): Promise<void> => client.end(async () => (await producer).disconnect());
