import {
  type EventDescription,
  type FieldType,
  fromTaggedJson,
  type Json,
  type JsonObject,
  type Payload,
  type Value,
} from "@troupe/kernel";

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
