import type { Headers, Json, JsonObject } from "@troupe/kernel";

/** CloudEvents Kafka binding, structured mode: one JSON object holds attributes and data. */
export const STRUCTURED = "application/cloudevents+json";

export function isStructured(headers: Headers): boolean {
  return headers["content-type"]?.toLowerCase().startsWith(STRUCTURED) ?? false;
}

const ATTRIBUTES = ["specversion", "id", "type", "source", "time", "correlationid", "causationid", "tenant", "effect"];
const TRACE = ["traceparent", "tracestate"];

/** `data`: JSON of the payload; `bytes`: Avro in the wire format, from `data_base64`. */
export type Structured = { readonly headers: Headers; readonly data: Json | undefined; readonly bytes: Uint8Array | undefined };

/** Reads it into the headers that binary mode would have had. Throws an Error that says what is wrong. */
export function readStructured(value: Uint8Array, outer: Headers): Structured {
  const event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value)) as Json; // JSON.parse gives JSON
  if (!isObject(event)) throw new Error("a CloudEvent is a JSON object");
  const headers: { [name: string]: string } = {};
  for (const name of TRACE) {
    const traced = event[name] ?? outer[name];
    if (typeof traced === "string") headers[name] = traced;
  }
  for (const name of ATTRIBUTES) {
    const attribute = event[name];
    if (typeof attribute === "string") headers[`ce_${name}`] = attribute;
    else if (attribute !== undefined && attribute !== null)
      throw new Error(`attribute ${name} is ${JSON.stringify(attribute)}; allowed is text`);
  }
  if (headers["ce_type"] === undefined) throw new Error("attribute type is missing");
  const base64 = event["data_base64"];
  return { headers, data: event["data"], bytes: typeof base64 === "string" ? Uint8Array.from(Buffer.from(base64, "base64")) : undefined };
}

const isObject = (json: Json): json is JsonObject => typeof json === "object" && json !== null && !Array.isArray(json);
