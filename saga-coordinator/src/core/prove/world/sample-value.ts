import type { FieldDescription, FieldType, Payload, Value } from "@troupe/kernel";

/** What a sample is made of: `text` for texts, `uuid` for uuids, `now` in milliseconds since the epoch. */
export type SampleOf = { readonly text: string; readonly uuid: string; readonly now: number };

/** A plain value of a type, for stand-ins and proofs: the first symbol, one element, ten units, null where it may be. */
export function sampleValue(type: FieldType, of: SampleOf): Value {
  switch (type.kind) {
    case "text":
      return of.text;
    case "uuid":
      return of.uuid;
    case "boolean":
      return true;
    case "int":
    case "double":
    case "time":
      return 10;
    case "long":
      return 10n;
    case "date":
      return "2030-01-31";
    case "duration":
      return { months: 0, days: 1, milliseconds: 0 };
    case "timestamp":
      return type.unit === "millis" ? of.now : BigInt(of.now) * 1000n;
    case "bytes":
      return new Uint8Array(type.size ?? 1);
    case "decimal":
      return type.scale === 0 ? "10" : `10.${"0".repeat(type.scale)}`;
    case "enum":
      return type.symbols[0] ?? null;
    case "list":
      return [sampleValue(type.items, of)];
    case "map":
      return {};
    case "record":
      return sampleFields(type.fields, of);
    case "nullable":
    case "null":
      return null;
    case "union":
      return sampleBranch(type, of);
    default:
      return type satisfies never;
  }
}

function sampleBranch({ tagged, branches }: Extract<FieldType, { kind: "union" }>, of: SampleOf): Value {
  const [branch] = branches;
  if (branch === undefined) return null;
  const value = sampleValue(branch.type, of);
  return tagged ? { [branch.name]: value } : value;
}

/** A payload with every field that must be said. */
export function sampleFields(fields: readonly FieldDescription[], of: SampleOf): Payload {
  return Object.fromEntries(fields.map(({ name, type }) => [name, sampleValue(type, of)]));
}
