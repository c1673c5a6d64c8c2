import { type EventDescription, type Json, type Payload, TroupeError, type Value } from "@troupe/kernel";
import { physicalType } from "../bytes/physical-type.ts";
import { canRead } from "../compatibility/can-read.ts";
import { violationText } from "../compatibility/violation.ts";
import type { EventSchema } from "../schema/event-schema.ts";
import { fieldDescriptions } from "../schema/field-descriptions.ts";
import { piiPaths } from "../schema/pii-paths.ts";
import { converter } from "../values/convert.ts";
import { ValueFault } from "../values/value-fault.ts";
import type { WriterSchema } from "./writer-schemas.ts";

/** Everything compiled for one event of ours. */
export type EventCoder = {
  readonly schema: EventSchema;
  readonly description: EventDescription;
  /** Avro body of a payload, and its lowered form. Throws EVENT_FIELD_UNKNOWN or EVENT_FIELD_INVALID. */
  write(payload: unknown): { readonly body: Uint8Array; readonly physical: { readonly [field: string]: Value } };
  /** Payload from a body of any writer's schema. Throws ValueFault, or an Error that says why the bytes can't be read. */
  read(body: Buffer, writer: WriterSchema): Payload;
  /** Payload from the JSON of a structured CloudEvent. Throws ValueFault. */
  readJson(json: Json | undefined): Payload;
  fromJson(json: Json): Payload;
  toJson(payload: Payload): Json;
};

export function eventCoder(schema: EventSchema): EventCoder {
  const type = physicalType(schema.type, "reader");
  const lower = converter(schema.type, "lower");
  const toJson = converter(schema.type, "toJson");
  const fromJson = converter(schema.type, "fromJson");
  const readJson = converter(schema.type, "readJson");
  const raise = converter(schema.type, "raise");
  const readers = new Map<number, (body: Buffer) => Value>();
  return {
    schema,
    description: describe(schema),
    write(payload) {
      const physical = named(schema.name, () => lower(payload)) as { readonly [field: string]: Value }; // a record lowers to an object
      return { body: type.toBuffer(physical), physical };
    },
    read(body, writer) {
      let reader = readers.get(writer.id);
      if (reader === undefined) {
        reader = readerOf(schema, writer, type);
        readers.set(writer.id, reader); // making a resolver costs a hundred times more than using it
      }
      return raise(reader(body)) as Payload; // a record raises to an object
    },
    readJson: (json) => readJson(json) as Payload, // likewise
    fromJson: (json) => named(schema.name, () => fromJson(json)) as Payload, // likewise
    toJson: (payload) => toJson(payload) as Json, // by construction of the way
  };
}

/** Reads bodies of one writer's schema as ours. Throws with every reason when that can't be. */
function readerOf(schema: EventSchema, writer: WriterSchema, type: ReturnType<typeof physicalType>): (body: Buffer) => Value {
  if (writer.text === schema.text) return (body) => type.fromBuffer(body); // resolution to itself changes nothing
  const violations = canRead(schema.type, writer.type);
  if (violations.length > 0) {
    throw new Error(`schema ${writer.id} can't be read as ${schema.fullName}: ${violations.map(violationText).join("; ")}`);
  }
  const resolver = type.createResolver(physicalType(writer.type, "writer"), { ignoreNamespaces: true });
  return (body) => type.fromBuffer(body, resolver);
}

/** Runs a conversion; what does not fit becomes an error of the catalogue. */
function named<Out>(event: string, convert: () => Out): Out {
  try {
    return convert();
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    const field = error.path === "" ? "(the payload)" : error.path;
    if (error.kind === "field-unknown") throw new TroupeError("EVENT_FIELD_UNKNOWN", { event, field, allowed: error.allowed });
    throw new TroupeError("EVENT_FIELD_INVALID", { event, field, found: error.found, allowed: error.allowed });
  }
}

function describe(schema: EventSchema): EventDescription {
  const { fullName, name, context, topic, keyField, correlateField } = schema;
  const types = fieldDescriptions(schema.type);
  const fields = types.map((field) => field.name);
  const requiredFields = types.filter(({ required }) => required).map((field) => field.name);
  return { fullName, name, context, topic, keyField, correlateField, fields, requiredFields, types, piiFields: piiPaths(schema.type) };
}
