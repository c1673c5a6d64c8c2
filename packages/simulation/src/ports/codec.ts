import {
  type Codec,
  type Decoded,
  type Envelope,
  type EventDescription,
  type OutboundRecord,
  type Payload,
  TroupeError,
} from "@troupe/kernel";
import { identityOf } from "./ids.ts";

/** What bytes of a simulated record stand for. */
export type Content = {
  readonly identity: string;
  readonly event: EventDescription;
  readonly envelope: Envelope;
  readonly payload: Payload;
};

/**
 * Events without Avro: a record's value is the number of its content in a table of the world. Bytes, schemas and registries
 * have tests of their own; here what counts is which event arrives where, when and how often.
 */
export class SimulatedCodec implements Codec {
  readonly events: readonly EventDescription[];
  readonly #byName: ReadonlyMap<string, EventDescription>;
  readonly #contents: Content[] = [];

  constructor(events: readonly EventDescription[], byName: ReadonlyMap<string, EventDescription>) {
    this.events = events;
    this.#byName = byName;
  }

  describe(name: string): EventDescription {
    const found = this.#byName.get(name);
    if (found === undefined) throw new TroupeError("EVENT_UNKNOWN", { name, allowed: [...this.#byName.keys()] });
    return found;
  }

  encode({ envelope, payload }: { readonly envelope: Envelope; readonly payload: Payload }): OutboundRecord {
    const event = this.describe(envelope.type);
    const key = payload[event.keyField];
    if (typeof key !== "string" || key === "") {
      throw new TroupeError("CORRELATION_MISSING", { event: event.name, field: event.keyField, found: String(key) });
    }
    const number = this.#contents.push({ identity: identityOf(envelope), event, envelope, payload }) - 1;
    return { topic: event.topic, key, value: bytesOf(number), headers: NONE };
  }

  decode(
    record: { readonly topic: string; readonly partition: number; readonly offset: number; readonly value: Uint8Array | null },
    wants: ReadonlySet<string>,
  ): Decoded {
    const content = this.contentOf(record.value);
    if (content === undefined) return UNDECODABLE;
    const { identity, event, envelope, payload } = content;
    if (!wants.has(event.name)) return SKIPPED;
    const { topic, partition, offset } = record;
    return { kind: "event", fact: { kind: "event", identity, name: event.name, envelope, payload, origin: { topic, partition, offset } } };
  }

  /** Undefined for bytes that are no event. */
  contentOf(value: Uint8Array | null): Content | undefined {
    if (value === null || value.length !== 4) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = value;
    return this.#contents[a | (b << 8) | (c << 16) | (d << 24)];
  }
}

const NONE = {};
const SKIPPED: Decoded = { kind: "skipped" };
const UNDECODABLE: Decoded = { kind: "undecodable", code: "RECORD_UNDECODABLE", reason: "no event has these bytes" };

function bytesOf(number: number): Uint8Array {
  return Uint8Array.of(number & 255, (number >> 8) & 255, (number >> 16) & 255, (number >> 24) & 255);
}
