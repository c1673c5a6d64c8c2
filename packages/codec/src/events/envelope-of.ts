import { type BusRecord, type Envelope, fromHeaders, type Headers, type Ids, type Payload, type Value } from "@troupe/kernel";
import type { EventSchema } from "../schema/event-schema.ts";

export type EnvelopeParts = {
  readonly record: BusRecord;
  readonly headers: Headers;
  readonly schema: EventSchema;
  readonly payload: Payload;
};

/**
 * What the headers say, and for what they leave open: the record's place and time (wire contract, "Record"),
 * so that a topic whose producers know nothing of the contract can join. The id is the same at every reading.
 */
export function envelopeOf({ record, headers, schema, payload }: EnvelopeParts, ids: Ids): Envelope {
  const { topic, partition, offset, timestamp } = record;
  const stated = fromHeaders(headers);
  const correlationId = stated.correlationId ?? keyText(correlateValue(schema, payload));
  return {
    ...stated,
    id: stated.id ?? ids.messageId("record", [topic, partition, offset, timestamp]),
    type: schema.fullName,
    source: stated.source ?? `/topics/${encodeURIComponent(topic)}`,
    time: stated.time ?? timestamp,
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

export function correlateValue(schema: EventSchema, payload: Payload): Value | undefined {
  return schema.correlateField === undefined ? undefined : payload[schema.correlateField];
}

/** A key field as the text of a record key; undefined for what names nothing. */
export function keyText(value: Value | undefined): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value);
}
