import type { Json } from "@troupe/kernel";
import avro from "avsc";
import type { AvroType } from "../schema/avro-type.ts";
import { exactLong } from "./exact-long.ts";

/**
 * The avsc type that reads and writes the physical form of a schema. Logical types are left out: avsc would apply them while
 * reading the writer's bytes, with the writer's scale and without a path in its errors; values/convert.ts does it afterwards.
 * `writer`: defaults are left out too, since only a reader's count and a foreign writer's may be unfit.
 */
export function physicalType(type: AvroType, role: "reader" | "writer"): avro.Type {
  const schema = plain(type, { role, defined: new Set() });
  return avro.Type.forSchema(
    schema as avro.Schema,
    {
      // plain JSON of Avro, written below
      wrapUnions: "always",
      omitRecordMethods: true,
      // everywhere: avsc's own long refuses values beyond 2^53 and reads those below -2^52 wrongly
      typeHook: (part) => (part === "long" ? exactLong : undefined),
    } as Partial<avro.ForSchemaOptions>,
  ); // the typings know the hook's answer only as a type
}

type Walk = { readonly role: "reader" | "writer"; readonly defined: Set<string> };

/** Avro JSON with full names, one spelling per type, nothing that is not needed for bytes. */
function plain(type: AvroType, walk: Walk): Json {
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "array":
      return { type: "array", items: plain(type.items, walk) };
    case "map":
      return { type: "map", values: plain(type.values, walk) };
    case "union":
      return type.branches.map((branch) => plain(branch, walk));
    default: {
      if (walk.defined.has(type.fullName)) return type.fullName;
      walk.defined.add(type.fullName);
      const named = { type: type.kind, name: type.fullName, aliases: type.aliases };
      if (type.kind === "fixed") return { ...named, size: type.size };
      if (type.kind === "enum")
        return { ...named, symbols: type.symbols, ...(type.fallback === undefined ? {} : { default: type.fallback }) };
      return { ...named, fields: type.fields.map((field) => plainField(field, walk)) };
    }
  }
}

function plainField(field: { name: string; aliases: readonly string[]; type: AvroType; default: Json | undefined }, walk: Walk): Json {
  const own = walk.role === "writer" || field.default === undefined ? {} : { default: field.default };
  return { name: field.name, aliases: field.aliases, type: plain(field.type, walk), ...own };
}
