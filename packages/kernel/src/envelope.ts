/** Headers of a record as text. The contract (CloudEvents Kafka binding) makes every header UTF-8; the last of a name wins. */
export type Headers = { readonly [name: string]: string };

/** Attributes of a message apart from its payload: CloudEvents 1.0 context attributes plus Troupe's extensions. */
export type Envelope = {
  /** Unique per source; duplicates carry the same id. */
  readonly id: string;
  /** Full Avro name, e.g. `shop.orders.OrderPlaced`. */
  readonly type: string;
  /** URI reference of the producer, e.g. `/services/orders`. */
  readonly source: string;
  /** When it happened, milliseconds since the epoch. */
  readonly time: number;
  readonly tenant: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** The effect that a request, an undo or an answer is about; answers copy it. */
  readonly effect?: string;
  /** Role of the person who sent it through the API, which is the only one to set it: an answer to a human step counts only with it. */
  readonly role?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
};

export const DEFAULT_TENANT = "default";

const OPTIONAL: ReadonlyArray<readonly [keyof Envelope & string, string]> = [
  ["correlationId", "ce_correlationid"],
  ["causationId", "ce_causationid"],
  ["effect", "ce_effect"],
  ["role", "ce_authrole"],
  ["traceparent", "traceparent"],
  ["tracestate", "tracestate"],
];

/** Headers of the wire contract in their fixed order: CloudEvents binary mode, then W3C trace context, then content-type. */
export function toHeaders(envelope: Envelope): Headers {
  const headers: Record<string, string> = {
    ce_specversion: "1.0",
    ce_id: envelope.id,
    ce_type: envelope.type,
    ce_source: envelope.source,
    ce_time: new Date(envelope.time).toISOString(),
  };
  if (envelope.tenant !== DEFAULT_TENANT) headers["ce_tenant"] = envelope.tenant;
  for (const [field, header] of OPTIONAL) {
    const value = envelope[field];
    if (value !== undefined) headers[header] = String(value);
  }
  headers["content-type"] = "application/avro";
  return headers;
}

/** What the headers say; absent attributes stay absent, so the caller can fill them from the record (wire contract, "Record"). */
export function fromHeaders(headers: Headers): Partial<Envelope> & { readonly tenant: string } {
  const found: Record<string, string | number> = { tenant: headers["ce_tenant"] ?? DEFAULT_TENANT };
  for (const [field, header] of OPTIONAL) {
    const value = headers[header];
    if (value !== undefined && value !== "") found[field] = value;
  }
  for (const field of ["id", "type", "source"] as const) {
    const value = headers[`ce_${field}`];
    if (value !== undefined && value !== "") found[field] = value;
  }
  const time = Date.parse(headers["ce_time"] ?? "");
  if (!Number.isNaN(time)) found["time"] = time;
  return found as Partial<Envelope> & { readonly tenant: string }; // built field by field above
}
