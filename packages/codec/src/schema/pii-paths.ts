import type { AvroType } from "./avro-type.ts";

/** Paths of fields with personal data: `customer.email`, `guests[].name`. */
export function piiPaths(type: AvroType): readonly string[] {
  return walk(type, "", new Set());
}

function walk(type: AvroType, path: string, above: ReadonlySet<AvroType>): readonly string[] {
  switch (type.kind) {
    case "record": {
      if (above.has(type)) return [];
      const inside = new Set(above).add(type);
      return type.fields.flatMap((field) => {
        const here = path === "" ? field.name : `${path}.${field.name}`;
        return field.pii ? [here] : walk(field.type, here, inside);
      });
    }
    case "array":
      return walk(type.items, `${path}[]`, above);
    case "map":
      return walk(type.values, `${path}{}`, above);
    case "union":
      return type.branches.flatMap((branch) => walk(branch, path, above));
    default:
      return [];
  }
}
