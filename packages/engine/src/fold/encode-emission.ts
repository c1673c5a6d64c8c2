import { DEFAULT_TENANT, type OutboundRecord, parseDocumentId, TroupeError } from "@troupe/kernel";
import type { ProducerSpan, Span } from "@troupe/telemetry";
import type { DocumentFold, Emission } from "../document-fold.ts";
import type { EnginePorts } from "../engine-ports.ts";

export type EncodedEmission = { readonly record: OutboundRecord; readonly produced: ProducerSpan };

/**
 * A message that a fold decided as the record that goes out. Throws what the codec throws, and RECORD_TOO_LARGE: sizes
 * are checked before anything is committed, since a durable record that no bus takes would block its document.
 */
export function encodeEmission(
  emission: Emission,
  span: Span,
  at: { readonly documentId: string; readonly now: number; readonly fold: DocumentFold; readonly ports: EnginePorts },
): EncodedEmission {
  const { documentId, now, fold, ports } = at;
  const event = ports.codec.describe(emission.name);
  const { id, correlationId, causationId, effect } = emission;
  const produced = span.produce({ id, type: event.fullName, correlationId, effect }, event.topic);
  const record = ports.codec.encode({
    envelope: {
      id,
      type: event.fullName,
      source: fold.source,
      time: now,
      tenant: parseDocumentId(documentId)?.tenant ?? DEFAULT_TENANT,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(causationId === undefined ? {} : { causationId }),
      ...(effect === undefined ? {} : { effect }),
      traceparent: produced.traceparent,
      ...(produced.tracestate === undefined ? {} : { tracestate: produced.tracestate }),
    },
    payload: emission.payload,
  });
  const bytes = record.value?.byteLength ?? 0;
  if (bytes > ports.bus.maxRecordBytes) {
    throw new TroupeError("RECORD_TOO_LARGE", { bytes, topic: record.topic, limit: ports.bus.maxRecordBytes });
  }
  return { record, produced };
}
