import { type BusRecord, type Decoded, type Headers, type Ids, type Payload, reasonOf, TroupeError } from "@troupe/kernel";
import { bodyOf, schemaIdOf } from "../bytes/wire-format.ts";
import { shown, ValueFault } from "../values/value-fault.ts";
import { correlateValue, envelopeOf, keyText } from "./envelope-of.ts";
import type { EventCoder } from "./event-coder.ts";
import { isStructured, readStructured } from "./structured-mode.ts";
import type { Writer, WriterSchemas } from "./writer-schemas.ts";

export type DecodeContext = {
  /** By full name, also by names they had before (aliases). */
  readonly coders: ReadonlyMap<string, EventCoder>;
  readonly writers: WriterSchemas;
  readonly ids: Ids;
};
type Wanted = { readonly record: BusRecord; readonly headers: Headers; readonly wants: ReadonlySet<string> };

const SKIPPED: Decoded = { kind: "skipped" };

/** See Codec.decode. What the headers alone decide is decided before the body is touched. */
export function decode(context: DecodeContext, record: BusRecord, wants: ReadonlySet<string>): Decoded | Promise<Decoded> {
  if (record.value === null) return SKIPPED; // a tombstone
  if (isStructured(record.headers)) return decodeStructured(context, record.value, { record, headers: record.headers, wants });
  return decodeBytes(context, record.value, { record, headers: record.headers, wants });
}

function decodeBytes(context: DecodeContext, value: Uint8Array, wanted: Wanted): Decoded | Promise<Decoded> {
  const type = wanted.headers["ce_type"];
  if (type !== undefined && type !== "" && coderFor(context, type, wanted) === undefined) return SKIPPED;
  const id = schemaIdOf(value);
  if (typeof id === "string") return unreadable(wanted.record, id);
  const writer = context.writers.known(id);
  if (writer !== undefined) return decodeBody(context, { value, writer }, wanted);
  return context.writers.fetch(id).then((fetched) => {
    if (fetched === undefined) return undecodable(new TroupeError("SCHEMA_ID_UNKNOWN", { schemaId: id }));
    return decodeBody(context, { value, writer: fetched }, wanted);
  });
}

function decodeBody(context: DecodeContext, body: { value: Uint8Array; writer: Writer }, wanted: Wanted): Decoded {
  const { value, writer } = body;
  if (writer.kind === "unusable") return unreadable(wanted.record, writer.reason);
  const coder = coderFor(context, wanted.headers["ce_type"] || writer.schema.type.fullName, wanted);
  if (coder === undefined) return SKIPPED;
  return eventOf(context, coder, { ...wanted, read: () => coder.read(bodyOf(value), writer.schema) });
}

function decodeStructured(context: DecodeContext, value: Uint8Array, wanted: Wanted): Decoded | Promise<Decoded> {
  let structured: ReturnType<typeof readStructured>;
  try {
    structured = readStructured(value, wanted.headers);
  } catch (error) {
    return unreadable(wanted.record, `it is no structured CloudEvent: ${reasonOf(error)}`);
  }
  const { headers, data, bytes } = structured;
  if (bytes !== undefined) return decodeBytes(context, bytes, { ...wanted, headers });
  const coder = coderFor(context, headers["ce_type"] ?? "", wanted);
  return coder === undefined ? SKIPPED : eventOf(context, coder, { ...wanted, headers, read: () => coder.readJson(data) });
}

function eventOf(context: DecodeContext, coder: EventCoder, wanted: Wanted & { readonly read: () => Payload }): Decoded {
  const { record, headers } = wanted;
  const { schema } = coder;
  try {
    const payload = wanted.read();
    const correlate = correlateValue(schema, payload);
    if (schema.correlateField !== undefined && keyText(correlate) === undefined) return uncorrelated(coder, shown(correlate));
    const envelope = envelopeOf({ record, headers, schema, payload }, context.ids);
    const { topic, partition, offset } = record;
    const identity = context.ids.identity(envelope);
    return { kind: "event", fact: { kind: "event", identity, name: schema.name, envelope, payload, origin: { topic, partition, offset } } };
  } catch (error) {
    if (!(error instanceof ValueFault)) return unreadable(record, reasonOf(error));
    // an empty uuid fails as a value before it can fail as a correlation; the latter is what the operator has to know
    if (error.path === schema.correlateField && NOTHING.includes(error.found)) return uncorrelated(coder, error.found);
    return unreadable(record, `field ${error.message}`);
  }
}

const NOTHING = [shown(""), shown(null), shown(undefined)];

function uncorrelated({ schema }: EventCoder, found: string): Decoded {
  return undecodable(new TroupeError("CORRELATION_MISSING", { event: schema.name, field: schema.correlateField, found }));
}

function coderFor(context: DecodeContext, fullName: string, { wants }: Wanted): EventCoder | undefined {
  const coder = context.coders.get(fullName);
  return coder !== undefined && wants.has(coder.schema.name) ? coder : undefined;
}

function unreadable({ topic, partition, offset }: BusRecord, reason: string): Decoded {
  return undecodable(new TroupeError("RECORD_UNDECODABLE", { topic, partition, offset, reason }));
}

function undecodable(error: TroupeError): Decoded {
  return { kind: "undecodable", code: error.code, reason: error.message };
}
