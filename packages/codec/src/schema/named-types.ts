import type { AvroType, NamedType } from "./avro-type.ts";

/** Records, enums and fixed types in the order of their definition, the root first. */
export function namedTypes(root: AvroType): readonly NamedType[] {
  const found = new Set<NamedType>();
  const visit = (type: AvroType): void => {
    if (type.kind === "array") visit(type.items);
    else if (type.kind === "map") visit(type.values);
    else if (type.kind === "union") type.branches.forEach(visit);
    else if (type.kind !== "primitive" && !found.has(type)) {
      found.add(type);
      if (type.kind === "record") for (const field of type.fields) visit(field.type);
    }
  };
  visit(root);
  return [...found];
}
