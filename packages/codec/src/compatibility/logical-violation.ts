import { type FixedType, type Logical, type PrimitiveType, typeText } from "../schema/avro-type.ts";
import type { Violation } from "./violation.ts";

type Decimal = Extract<Logical, { readonly name: "decimal" }>;

/**
 * Logical types that give other values to the same bytes: a decimal of another scale is wrong by a power of ten,
 * milliseconds read as microseconds are wrong by a thousand. A plain carrier on one side is fine, except for decimals,
 * whose bytes say nothing about their scale.
 */
export function logicalViolation(reader: PrimitiveType | FixedType, writer: PrimitiveType | FixedType, path: string): readonly Violation[] {
  const read = reader.logical;
  const written = writer.logical;
  if (read?.name === "decimal" && written?.name === "decimal") return decimals(read, written, path);
  const differ = read?.name !== written?.name && ((read && written) || read?.name === "decimal" || written?.name === "decimal");
  return differ ? [{ kind: "logical", path, text: `written as ${typeText(writer)}, can't be read as ${typeText(reader)}` }] : [];
}

function decimals(read: Decimal, written: Decimal, path: string): readonly Violation[] {
  const text = `written as decimal(${written.precision},${written.scale}), can't be read as decimal(${read.precision},${read.scale})`;
  if (read.scale !== written.scale) return [{ kind: "decimal", path, text: `${text}: the scale differs` }];
  if (read.precision < written.precision) return [{ kind: "decimal", path, text: `${text}: the precision is smaller` }];
  return [];
}
