import { type Envelope, type OutboundEvent, type OutboundRecord, type Payload, TroupeError, toHeaders, type Value } from "@troupe/kernel";
import { frame } from "../bytes/wire-format.ts";
import { shown } from "../values/value-fault.ts";
import { keyText } from "./envelope-of.ts";
import type { EventCoder } from "./event-coder.ts";

/** See Codec.encode. `schemaId`: of the event's schema in the registry. */
export function encode(coder: EventCoder, schemaId: number, { envelope, payload }: OutboundEvent): OutboundRecord {
  const { schema } = coder;
  requireText(coder, schema.keyField, payload);
  if (schema.correlateField !== undefined) requireText(coder, schema.correlateField, payload);
  const { body, physical } = coder.write(payload);
  // keys come from the written form, where a uuid is lower case already: the same id has to meet the same partition
  const key = textOf(physical[schema.keyField]);
  const correlationId =
    envelope.correlationId ?? (schema.correlateField === undefined ? undefined : textOf(physical[schema.correlateField]));
  const sent: Envelope = { ...envelope, type: schema.fullName, ...(correlationId === undefined ? {} : { correlationId }) };
  return { topic: schema.topic, key: key ?? "", value: frame(schemaId, body), headers: toHeaders(sent) };
}

function requireText({ schema }: EventCoder, field: string, payload: Payload): void {
  const value: Value | undefined = payload?.[field]; // callers without types may pass nothing at all; `write` says so
  if (payload && keyText(value) === undefined)
    throw new TroupeError("CORRELATION_MISSING", { event: schema.name, field, found: shown(value) });
}

/** A physical union holds its branch inside an object. */
function textOf(physical: Value | undefined): string | undefined {
  return keyText(typeof physical === "object" && physical !== null ? Object.values(physical)[0] : physical);
}
