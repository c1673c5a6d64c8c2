import { type Codec, type Ids, type Json, nearest, type Payload, TroupeError } from "@troupe/kernel";
import { decode } from "./events/decode.ts";
import { encode } from "./events/encode.ts";
import { type EventCoder, eventCoder } from "./events/event-coder.ts";
import { writerSchemas } from "./events/writer-schemas.ts";
import type { Registry } from "./registry/port.ts";
import type { SchemaSet } from "./schema/load.ts";

/** The codec of a set of contracts, with what faces for people need besides. */
export type EventCodec = Codec & {
  /**
   * Registers every schema and learns its id; `encode` throws NOT_READY before. Rejects with REGISTRY_UNREACHABLE
   * (try again) or SCHEMA_INCOMPATIBLE (every violation of the first subject that refuses).
   */
  register(): Promise<void>;
  /**
   * Payload from JSON as people and other systems write it: decimals, uuids and dates as text, longs as number or text,
   * timestamps as milliseconds or RFC 3339, bytes as base64. Fields with defaults may be left out.
   * Throws EVENT_UNKNOWN, EVENT_FIELD_UNKNOWN, EVENT_FIELD_INVALID.
   */
  fromJson(name: string, json: Json): Payload;
  /** The same the other way; longs beyond 2^53 become text. Throws EVENT_UNKNOWN. */
  toJson(name: string, payload: Payload): Json;
};

export type CodecParts = { readonly schemas: SchemaSet; readonly registry: Registry; readonly ids: Ids };

/** Avro in the Confluent wire format on whatever registry. Compiles every event once; throws SCHEMA_INVALID for what avsc refuses. */
export function createCodec({ schemas, registry, ids }: CodecParts): EventCodec {
  const coders = schemas.events.map(eventCoder);
  const byFullName = new Map(coders.flatMap((coder) => fullNames(coder).map((name) => [name, coder] as const)));
  const byName = new Map(coders.map((coder) => [coder.schema.name, coder] as const));
  const schemaIds = new Map<string, number>();
  const writers = writerSchemas(registry);
  const context = { coders: byFullName, writers, ids };
  const find = (name: string): EventCoder => byName.get(name) ?? byFullName.get(name) ?? refuse(name, coders);
  return {
    events: coders.map(({ description }) => description),
    describe: (name) => find(name).description,
    decode: (record, wants) => decode(context, record, wants),
    encode(event) {
      const coder = find(event.envelope.type);
      const id = schemaIds.get(coder.schema.fullName);
      if (id === undefined) throw new TroupeError("NOT_READY", { reason: `the schema of ${coder.schema.name} is not registered yet` });
      return encode(coder, id, event);
    },
    async register() {
      for (const { schema } of coders) {
        const id = await registry.register(schema.fullName, schema.text);
        schemaIds.set(schema.fullName, id);
        writers.add({ id, text: schema.text, type: schema.type });
      }
    },
    fromJson: (name, json) => find(name).fromJson(json),
    toJson: (name, payload) => find(name).toJson(payload),
  };
}

/** An event that was renamed goes on being read under the names it had. */
function fullNames({ schema }: EventCoder): readonly string[] {
  return [...schema.type.aliases, schema.fullName];
}

function refuse(event: string, coders: readonly EventCoder[]): never {
  const names = coders.map(({ schema }) => schema.name);
  const near = nearest(event.slice(event.lastIndexOf(".") + 1), names);
  throw new TroupeError("EVENT_UNKNOWN", { event, allowed: names.join(", ") + (near === undefined ? "" : ` (did you mean ${near}?)`) });
}
