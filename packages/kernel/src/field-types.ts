import type { Json } from "./json.ts";

/**
 * What a decoded field holds, apart from any schema language: checks, forms and diagrams are made from it.
 * The carrier of each kind stands in logical-types.ts and json.ts (`timestamp` in micros is a bigint, in millis a number).
 */
export type FieldType =
  | { readonly kind: "text" | "boolean" | "int" | "long" | "double" | "uuid" | "date" | "duration" | "null" }
  /** Milliseconds after midnight. */
  | { readonly kind: "time" }
  | { readonly kind: "timestamp"; readonly unit: "millis" | "micros" }
  /** `size`: of a fixed number of bytes. */
  | { readonly kind: "bytes"; readonly size: number | undefined }
  /** Decimal text of at most `precision` digits, `scale` of them after the point. */
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "enum"; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: "list"; readonly items: FieldType }
  /** Keys are text. */
  | { readonly kind: "map"; readonly values: FieldType }
  | RecordFieldType
  /** Null, or what `of` says, which is not nullable itself. */
  | { readonly kind: "nullable"; readonly of: FieldType }
  /** `tagged`: a value says its branch, `{ name: value }`; null, if nullable, stands outside. */
  | { readonly kind: "union"; readonly tagged: boolean; readonly branches: readonly UnionBranch[] };

/** `fields` of a recursive record lead back to it, so walks keep track of where they have been. */
export type RecordFieldType = { readonly kind: "record"; readonly name: string; readonly fields: readonly FieldDescription[] };
export type UnionBranch = { readonly name: string; readonly type: FieldType };

export type FieldDescription = {
  readonly name: string;
  readonly type: FieldType;
  /** Without a default, so whoever makes an event has to say it. */
  readonly required: boolean;
  /** In the JSON form of the schema; undefined when there is none. */
  readonly default: Json | undefined;
  readonly doc: string | undefined;
};

/** A type as messages show it to people: `decimal(12,2)`, `text or null`, `one of EUR, USD`. */
export function fieldTypeText(type: FieldType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "bytes":
      return type.size === undefined ? "bytes" : `${type.size} bytes`;
    case "enum":
      return `one of ${type.symbols.join(", ")}`;
    case "list":
      return `list of ${fieldTypeText(type.items)}`;
    case "map":
      return `map of ${fieldTypeText(type.values)}`;
    case "record":
      return `record ${type.name}`;
    case "nullable":
      return `${fieldTypeText(type.of)} or null`;
    case "union":
      return type.branches.map(({ type: branch }) => fieldTypeText(branch)).join(" or ");
    default:
      return type.kind;
  }
}
