import type { FieldDescription, FieldType, RecordFieldType } from "@troupe/kernel";
import { ANY, BOOL, type CelField, type CelType, NULL, nullable, type RecordType, TEXT, TIMESTAMP } from "./cel-types.ts";

const INT_MAX = 2n ** 31n;
const LONG_MAX = 2n ** 63n;
const DAY_MILLIS = 86_400_000n;
const COUNT: CelField = { type: { kind: "int", min: 0n, max: 2n ** 32n - 1n } };
const SPAN: RecordType = {
  kind: "record",
  name: "duration",
  fields: new Map([
    ["months", COUNT],
    ["days", COUNT],
    ["millis", COUNT],
  ]),
};

/** How CEL sees the fields of an event. Recursive records lead back to themselves. */
export function recordOfFields(name: string, fields: readonly FieldDescription[]): RecordType {
  return recordOf({ kind: "record", name, fields }, new Map());
}

type Known = Map<RecordFieldType, RecordType>;

function recordOf(record: RecordFieldType, known: Known): RecordType {
  const before = known.get(record);
  if (before !== undefined) return before;
  const fields = new Map<string, CelField>();
  const type: RecordType = { kind: "record", name: record.name, fields };
  known.set(record, type);
  for (const field of record.fields) fields.set(field.name, { type: celTypeOf(field.type, known) });
  return type;
}

export function celTypeOf(field: FieldType, known: Known = new Map()): CelType {
  switch (field.kind) {
    case "record":
      return recordOf(field, known);
    case "list":
      return { kind: "list", of: celTypeOf(field.items, known) };
    case "map":
      return { kind: "map", of: celTypeOf(field.values, known) };
    case "nullable":
      return nullable(celTypeOf(field.of, known));
    case "enum":
      return { kind: "text", symbols: field.symbols };
    case "decimal":
      return { kind: "decimal", whole: field.precision - field.scale, scale: field.scale };
    case "union":
      // The branch of a tagged value is read with [ ]: its name has points in it.
      return field.tagged ? ANY : { kind: "union", branches: field.branches.map(({ type }) => celTypeOf(type, known)) };
    default:
      return PLAIN[field.kind];
  }
}

type PlainKind = Exclude<FieldType["kind"], "record" | "list" | "map" | "nullable" | "enum" | "decimal" | "union">;
const PLAIN: { readonly [kind in PlainKind]: CelType } = {
  text: TEXT,
  uuid: { kind: "text", form: "uuid" },
  date: { kind: "text", form: "date" },
  boolean: BOOL,
  int: { kind: "int", min: -INT_MAX, max: INT_MAX - 1n },
  long: { kind: "int", min: -LONG_MAX, max: LONG_MAX - 1n },
  double: { kind: "double" },
  bytes: { kind: "bytes" },
  time: { kind: "int", min: 0n, max: DAY_MILLIS - 1n },
  timestamp: TIMESTAMP,
  duration: SPAN,
  null: NULL,
};
