import type { Json } from "@troupe/kernel";

/** Logical types that Troupe reads and writes. Any other is ignored, as the Avro specification asks. */
export type Logical =
  | { readonly name: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly name: "uuid" | "date" | "time-millis" | "timestamp-millis" | "timestamp-micros" | "duration" };
export type LogicalName = Logical["name"];

export const PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"] as const;
export type PrimitiveName = (typeof PRIMITIVES)[number];

export type PrimitiveType = { readonly kind: "primitive"; readonly name: PrimitiveName; readonly logical: Logical | undefined };
type Named = { readonly fullName: string; readonly aliases: readonly string[] };
export type FixedType = Named & { readonly kind: "fixed"; readonly size: number; readonly logical: Logical | undefined };
export type EnumType = Named & {
  readonly kind: "enum";
  readonly doc: string | undefined;
  readonly symbols: readonly string[];
  /** Symbol that stands for symbols the reader does not know. */
  readonly fallback: string | undefined;
};
/** `fields` of a recursive type lead back to itself, so walks keep track of where they have been. */
export type RecordType = Named & { readonly kind: "record"; readonly doc: string | undefined; readonly fields: readonly Field[] };
export type ArrayType = { readonly kind: "array"; readonly items: AvroType };
export type MapType = { readonly kind: "map"; readonly values: AvroType };
/** `tagged`: two branches look alike as values, so a value says its branch: `{ "branch name": value }`. */
export type UnionType = { readonly kind: "union"; readonly branches: readonly AvroType[]; readonly tagged: boolean };

/** An Avro schema with names resolved: what checks, conversions and generated types are made from. */
export type AvroType = PrimitiveType | FixedType | EnumType | RecordType | ArrayType | MapType | UnionType;
export type NamedType = FixedType | EnumType | RecordType;

export type Field = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string | undefined;
  readonly type: AvroType;
  /** In Avro's JSON form; undefined when there is none. */
  readonly default: Json | undefined;
  /** Personal data: masked wherever it would be shown. */
  readonly pii: boolean;
};

/** Name of a type inside a union, as Avro's JSON encoding and avsc use it. */
export function branchName(type: AvroType): string {
  if (type.kind === "primitive") return type.name;
  return "fullName" in type ? type.fullName : type.kind;
}

/** The same with its logical type: how messages show a type to people. */
export function typeText(type: AvroType): string {
  switch (type.kind) {
    case "primitive":
    case "fixed": {
      const base = type.kind === "fixed" ? `fixed(${type.size})` : type.name;
      if (type.logical === undefined) return base;
      return type.logical.name === "decimal" ? `decimal(${type.logical.precision},${type.logical.scale})` : type.logical.name;
    }
    case "array":
      return `array of ${typeText(type.items)}`;
    case "map":
      return `map of ${typeText(type.values)}`;
    case "union":
      return type.branches.map(typeText).join(" or ");
    default:
      return `${type.kind} ${type.fullName}`;
  }
}

/** Whether values of these branches could be taken for one another, in memory or in JSON (where a long may stand as text). */
export function lookAlike(branches: readonly AvroType[]): boolean {
  const classes = branches.map(valueClass);
  const textualNumber = branches.some(
    (branch) => valueClass(branch) === "number" && !(branch.kind === "primitive" && branch.name === "int"),
  );
  return new Set(classes).size < classes.length || (textualNumber && classes.includes("text"));
}

/** What values of a type look like, in memory and in JSON. */
export function valueClass(type: AvroType): "null" | "boolean" | "number" | "text" | "list" | "object" {
  switch (type.kind) {
    case "primitive":
      if (type.name === "null" || type.name === "boolean") return type.name;
      if (type.logical?.name === "date" || type.name === "string" || type.name === "bytes") return "text";
      return "number";
    case "fixed":
      return type.logical?.name === "duration" ? "object" : "text";
    case "enum":
      return "text";
    case "array":
      return "list";
    case "map":
    case "record":
      return "object";
    case "union":
      return "object"; // unions can't nest; never asked
  }
}
