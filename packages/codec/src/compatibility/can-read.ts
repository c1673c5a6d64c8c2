import { shortName } from "@troupe/kernel";
import {
  type AvroType,
  type EnumType,
  type Field,
  type FixedType,
  type NamedType,
  type PrimitiveType,
  type RecordType,
  typeText,
  type UnionType,
} from "../schema/avro-type.ts";
import { logicalViolation } from "./logical-violation.ts";
import type { Violation } from "./violation.ts";

/**
 * Every reason why data written with `writer` can't be read with `reader`; none: it can (Avro 1.12, "Schema Resolution").
 * Stricter than Avro in one thing: logical types that differ are a violation, because the bytes would be read as other values.
 */
export function canRead(reader: AvroType, writer: AvroType): readonly Violation[] {
  return compare(reader, writer, { path: "", seen: new Set() });
}

/** `seen`: pairs of records on the way or done, so that recursive schemas end. */
type Place = { readonly path: string; readonly seen: Set<string> };

/** Writer's primitive to what it may be read as besides itself. */
const PROMOTIONS: { readonly [writer: string]: readonly string[] } = {
  int: ["long", "float", "double"],
  long: ["float", "double"],
  float: ["double"],
  string: ["bytes"],
  bytes: ["string"],
};

function compare(reader: AvroType, writer: AvroType, place: Place): readonly Violation[] {
  if (writer.kind === "union") return writtenUnion(reader, writer, place);
  if (reader.kind === "union") return readUnion(reader, writer, place);
  if (reader.kind === "record" && writer.kind === "record") return records(reader, writer, place);
  if (reader.kind === "array" && writer.kind === "array") return compare(reader.items, writer.items, at(place, "[]"));
  if (reader.kind === "map" && writer.kind === "map") return compare(reader.values, writer.values, at(place, "{}"));
  if (reader.kind === "enum" && writer.kind === "enum") return enums(reader, writer, place);
  if (reader.kind === "fixed" && writer.kind === "fixed") return fixeds(reader, writer, place);
  if (reader.kind === "primitive" && writer.kind === "primitive") return primitives(reader, writer, place);
  return [otherType(reader, writer, place)];
}

function primitives(reader: PrimitiveType, writer: PrimitiveType, place: Place): readonly Violation[] {
  if (reader.name !== writer.name && !PROMOTIONS[writer.name]?.includes(reader.name)) return [otherType(reader, writer, place)];
  return logicalViolation(reader, writer, place.path);
}

function fixeds(reader: FixedType, writer: FixedType, place: Place): readonly Violation[] {
  const size: readonly Violation[] =
    reader.size === writer.size
      ? []
      : [{ kind: "fixed-size", path: place.path, text: `written with ${writer.size} bytes, can't be read with ${reader.size}` }];
  return [...nameOf(reader, writer, place), ...size, ...logicalViolation(reader, writer, place.path)];
}

function enums(reader: EnumType, writer: EnumType, place: Place): readonly Violation[] {
  const lost = reader.fallback === undefined ? writer.symbols.filter((symbol) => !reader.symbols.includes(symbol)) : [];
  return [
    ...nameOf(reader, writer, place),
    ...lost.map((symbol): Violation => {
      return { kind: "enum-symbol", path: place.path, text: `symbol ${symbol} was removed from ${reader.fullName}, which has no default` };
    }),
  ];
}

function records(reader: RecordType, writer: RecordType, place: Place): readonly Violation[] {
  const pair = `${reader.fullName} ${writer.fullName}`;
  if (place.seen.has(pair)) return [];
  place.seen.add(pair);
  return [...nameOf(reader, writer, place), ...reader.fields.flatMap((field) => fieldOf(field, writer, place))];
}

function fieldOf(field: Field, writer: RecordType, place: Place): readonly Violation[] {
  const path = place.path === "" ? field.name : `${place.path}.${field.name}`;
  const names = [field.name, ...field.aliases];
  const written = writer.fields.find((candidate) => names.includes(candidate.name));
  if (written !== undefined) return compare(field.type, written.type, { ...place, path });
  if (field.default !== undefined) return [];
  return [{ kind: "missing-default", path, text: "the field was not written and has no default" }];
}

/** Each branch that may have been written has to be readable. */
function writtenUnion(reader: AvroType, writer: UnionType, place: Place): readonly Violation[] {
  return writer.branches.flatMap((branch) => compare(reader, branch, place));
}

/** A branch that fits wins; else the violations of the branch that was meant (same kind and name) say more than "no branch". */
function readUnion(reader: UnionType, writer: AvroType, place: Place): readonly Violation[] {
  const attempts = reader.branches.map((branch) => ({
    branch,
    violations: compare(branch, writer, { ...place, seen: new Set(place.seen) }),
  }));
  if (attempts.some(({ violations }) => violations.length === 0)) return [];
  const meant = attempts.find(({ branch }) => branch.kind === writer.kind && sameName(branch, writer));
  if (meant !== undefined) return meant.violations;
  return [{ kind: "union-branch", path: place.path, text: `written as ${typeText(writer)}, can't be read as any of ${typeText(reader)}` }];
}

function sameName(a: AvroType, b: AvroType): boolean {
  if (a.kind === "primitive" && b.kind === "primitive") return a.name === b.name;
  return !("fullName" in a && "fullName" in b) || namesMatch(a, b);
}

/** The unqualified name, or an alias of the reader. */
function namesMatch(reader: NamedType, writer: NamedType): boolean {
  return [reader.fullName, ...reader.aliases].some((name) => shortName(name) === shortName(writer.fullName));
}

function nameOf(reader: NamedType, writer: NamedType, place: Place): readonly Violation[] {
  if (namesMatch(reader, writer)) return [];
  const text = `written as ${writer.kind} ${writer.fullName}, which is neither the name nor an alias of ${reader.fullName}`;
  return [{ kind: "name", path: place.path, text }];
}

function otherType(reader: AvroType, writer: AvroType, place: Place): Violation {
  return { kind: "type", path: place.path, text: `written as ${typeText(writer)}, can't be read as ${typeText(reader)}` };
}

const at = (place: Place, step: string): Place => ({ ...place, path: place.path + step });
