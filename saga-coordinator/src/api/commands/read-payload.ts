import {
  type EventDescription,
  type FieldType,
  fromTaggedJson,
  type Json,
  type JsonObject,
  type Payload,
  type Value,
} from "@troupe/kernel";
import type { ApiPorts } from "../ports.ts";

/** A JSON body as the payload of an event: whole numbers of long fields become exact, everything else stays as it is. */
export function payloadOf(body: JsonObject, { types }: Pick<EventDescription, "types">): Payload {
  const kinds = new Map(types.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, carried(value, kinds.get(name))]));
}

function carried(json: Json, type: FieldType | undefined): Value {
  const inner = type?.kind === "nullable" ? type.of : type;
  const isLong = inner?.kind === "long" || (inner?.kind === "timestamp" && inner.unit === "micros");
  if (isLong && (Number.isSafeInteger(json) || (typeof json === "string" && /^-?\d{1,19}$/.test(json))))
    return BigInt(json as number | string); // tested here
  if (inner?.kind === "list" && Array.isArray(json)) return json.map((item: Json) => carried(item, inner.items));
  if (inner?.kind === "record" && json !== null && typeof json === "object" && !Array.isArray(json)) {
    return payloadOf(json as JsonObject, { types: inner.fields }); // neither null nor a list
  }
  return fromTaggedJson(json);
}

/** People need not type the id that the address names already. */
export function withSagaId(
  { describe }: Pick<ApiPorts, "describe">,
  { event, payload, id }: { readonly event: string; readonly payload: JsonObject; readonly id: string },
): Payload {
  const description = describe(event);
  const { correlateField } = description;
  const missing = correlateField !== undefined && !Object.hasOwn(payload, correlateField);
  return payloadOf(missing ? { ...payload, [correlateField]: id } : payload, description);
}
