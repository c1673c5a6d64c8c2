import type { FieldDescription, FieldType, RecordFieldType } from "@troupe/kernel";
import {
  type AvroType,
  branchName,
  type EnumType,
  type FixedType,
  type PrimitiveType,
  type RecordType,
  type UnionType,
} from "./avro-type.ts";

/** The fields of a record as others than the codec know them. Recursive records lead back to themselves here too. */
export function fieldDescriptions(record: RecordType): readonly FieldDescription[] {
  return describeRecord(record, new Map()).fields;
}

type Known = Map<RecordType, RecordFieldType>;

/** Known before its fields are described, since they may lead back to it. */
function describeRecord(record: RecordType, known: Known): RecordFieldType {
  const before = known.get(record);
  if (before !== undefined) return before;
  const fields: FieldDescription[] = [];
  const described: RecordFieldType = { kind: "record", name: record.fullName, fields };
  known.set(record, described);
  for (const field of record.fields) {
    const type = describeType(field.type, known);
    fields.push({ name: field.name, type, required: field.default === undefined, default: field.default, doc: field.doc });
  }
  return described;
}

function describeType(type: AvroType, known: Known): FieldType {
  switch (type.kind) {
    case "record":
      return describeRecord(type, known);
    case "array":
      return { kind: "list", items: describeType(type.items, known) };
    case "map":
      return { kind: "map", values: describeType(type.values, known) };
    case "union":
      return describeUnion(type, known);
    default:
      return describeLeaf(type);
  }
}

/** Null is no branch but makes nullable what the others say. */
function describeUnion(union: UnionType, known: Known): FieldType {
  const others = union.branches.filter((branch) => !(branch.kind === "primitive" && branch.name === "null"));
  const branches = others.map((branch) => ({ name: branchName(branch), type: describeType(branch, known) }));
  const [only, ...more] = branches;
  if (only === undefined) return { kind: "null" };
  const of: FieldType = more.length === 0 && !union.tagged ? only.type : { kind: "union", tagged: union.tagged, branches };
  return others.length < union.branches.length ? { kind: "nullable", of } : of;
}

function describeLeaf(type: PrimitiveType | FixedType | EnumType): FieldType {
  if (type.kind === "enum") return { kind: "enum", name: type.fullName, symbols: type.symbols };
  const { logical } = type;
  if (logical === undefined) return type.kind === "fixed" ? { kind: "bytes", size: type.size } : PLAIN[type.name];
  switch (logical.name) {
    case "decimal":
      return { kind: "decimal", precision: logical.precision, scale: logical.scale };
    case "timestamp-millis":
      return { kind: "timestamp", unit: "millis" };
    case "timestamp-micros":
      return { kind: "timestamp", unit: "micros" };
    case "time-millis":
      return { kind: "time" };
    default:
      return { kind: logical.name };
  }
}

const PLAIN: { readonly [name in PrimitiveType["name"]]: FieldType } = {
  null: { kind: "null" },
  boolean: { kind: "boolean" },
  int: { kind: "int" },
  long: { kind: "long" },
  float: { kind: "double" },
  double: { kind: "double" },
  bytes: { kind: "bytes", size: undefined },
  string: { kind: "text" },
};
