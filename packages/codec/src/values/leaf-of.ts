import type { EnumType, FixedType, PrimitiveType } from "../schema/avro-type.ts";
import type { Leaf } from "./leaf.ts";
import { logicalLeaf } from "./logical-leaves.ts";
import { bytes, PLAIN, symbols } from "./plain-leaves.ts";

/** Conversions of a type without parts. */
export function leafOf(type: PrimitiveType | FixedType | EnumType): Leaf {
  if (type.kind === "enum") return symbols(type.symbols);
  if (type.logical !== undefined) return logicalLeaf(type, type.logical);
  return type.kind === "fixed" ? bytes(type.size) : PLAIN[type.name];
}
