import type { BusRecord, OutboundRecord } from "./bus.ts";
import type { Envelope } from "./envelope.ts";
import type { EventFact } from "./facts.ts";
import type { FieldDescription } from "./field-types.ts";
import type { Payload } from "./json.ts";

/** An event to put on the bus. `type` is the full or the short name; topic and key follow from its schema. */
export type OutboundEvent = { readonly envelope: Envelope; readonly payload: Payload };

/**
 * `skipped`: a type that nobody here wants, its body was not read. `undecodable` goes to the dead letters.
 * A registry that does not answer is neither: `decode` rejects with REGISTRY_UNREACHABLE and the record is tried again.
 */
export type Decoded =
  | { readonly kind: "event"; readonly fact: EventFact }
  | { readonly kind: "skipped" }
  | { readonly kind: "undecodable"; readonly code: string; readonly reason: string };

/** Avro bytes to events and back, on whatever registry. */
export type Codec = {
  /** `wants`: short names to decode; other types are skipped by their header alone. Synchronous once the writer's schema is known. */
  decode(record: BusRecord, wants: ReadonlySet<string>): Decoded | Promise<Decoded>;
  /**
   * Bytes, key and headers of the wire contract. Throws EVENT_UNKNOWN, EVENT_FIELD_UNKNOWN, EVENT_FIELD_INVALID,
   * CORRELATION_MISSING (the key field is null or empty).
   */
  encode(event: OutboundEvent): OutboundRecord;
  /** What is known of an event by its short or full name. Throws EVENT_UNKNOWN with the nearest name. */
  describe(name: string): EventDescription;
  readonly events: readonly EventDescription[];
};

export type EventDescription = {
  readonly fullName: string;
  readonly name: string;
  readonly context: string;
  readonly topic: string;
  /** Field whose value is the record key. */
  readonly keyField: string;
  /** Field that holds the correlation id; undefined when the event belongs to no saga by itself. */
  readonly correlateField: string | undefined;
  readonly fields: readonly string[];
  /** Those of `fields` without a default: whoever makes the event has to say them. */
  readonly requiredFields: readonly string[];
  /** The same fields with their types, in the order of the schema. */
  readonly types: readonly FieldDescription[];
  readonly piiFields: readonly string[];
};
