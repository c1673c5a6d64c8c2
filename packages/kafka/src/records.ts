import type { BusRecord, Headers, OutboundRecord, TopicPartition } from "@troupe/kernel";
import type { IHeaders, KafkaMessage } from "kafkajs";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A message of kafkajs as the port sees it. Offsets are below 2^53 (port), so a number holds them. */
export function toRecord(place: TopicPartition, message: KafkaMessage): BusRecord {
  return {
    topic: place.topic,
    partition: place.partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: toTextHeaders(message.headers ?? {}),
  };
}

/** kafkajs folds headers of one name into an array; the last one wins, as everywhere in the wire contract. */
function toTextHeaders(headers: IHeaders): Headers {
  const found: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers)) {
    const last = Array.isArray(given) ? given.at(-1) : given;
    if (last !== undefined) found[name] = typeof last === "string" ? last : decoder.decode(last);
  }
  return found;
}

/**
 * Upper bound of the bytes of a record in a batch of its own: record batch v2 has a header of 61 bytes, a record at most
 * 21 bytes of varints, each header at most 10 (Kafka protocol, "Record Batch").
 */
export function recordBytes(record: OutboundRecord): number {
  let bytes = 82 + encoder.encode(record.key).length + (record.value?.length ?? 0);
  for (const [name, value] of Object.entries(record.headers)) bytes += 10 + encoder.encode(name).length + encoder.encode(value).length;
  return bytes;
}

/**
 * Cuts records into rounds in which no topic has more than `limit` bytes (and at least one record each). kafkajs makes one
 * record batch per partition and call, and the broker refuses a batch above its limit even when every record is small.
 */
export function toRounds(records: readonly OutboundRecord[], limit: number): ReadonlyArray<readonly OutboundRecord[]> {
  const rounds: OutboundRecord[][] = [];
  const open = new Map<string, { round: number; bytes: number }>();
  for (const record of records) {
    const bytes = recordBytes(record);
    const place = open.get(record.topic) ?? { round: 0, bytes: 0 };
    const fits = place.bytes === 0 || place.bytes + bytes <= limit;
    const next = fits ? { round: place.round, bytes: place.bytes + bytes } : { round: place.round + 1, bytes };
    open.set(record.topic, next);
    const round = rounds[next.round] ?? [];
    round.push(record);
    rounds[next.round] = round;
  }
  return rounds;
}
