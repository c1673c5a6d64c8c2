import type { AvroType } from "./avro-type.ts";
import type { SchemaSet } from "./load.ts";

/** Paths of fields with personal data: `customer.email`, `guests[].name`. */
export function piiPaths(type: AvroType): readonly string[] {
  return walk(type, "", new Set());
}

/** Last names of all such paths over all events: what a log masks wherever it stands. */
export function piiNames({ events }: SchemaSet): ReadonlySet<string> {
  return new Set(events.flatMap(({ type }) => piiPaths(type).map((path) => path.slice(path.lastIndexOf(".") + 1))));
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
