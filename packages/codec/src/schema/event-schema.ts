import { type Json, type JsonObject, shortName } from "@troupe/kernel";
import type { AvroType, Field, RecordType } from "./avro-type.ts";
import { parseAvro, STRICT } from "./parse.ts";
import { SchemaFault } from "./parse-fault.ts";

/** One event of the contracts in `schemas/`. */
export type EventSchema = {
  readonly fullName: string;
  readonly name: string;
  /** Folder under `schemas/`. */
  readonly context: string;
  readonly topic: string;
  readonly keyField: string;
  readonly correlateField: string | undefined;
  readonly type: RecordType;
  /** The schema as it is registered: the JSON of its file without insignificant space. */
  readonly text: string;
};

const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

/** Reads one event schema. Throws SchemaFault that lists everything the wire contract misses in it. */
export function eventSchema(json: Json, context: string): EventSchema {
  const type = parseAvro(json, STRICT);
  if (type.kind !== "record") throw new SchemaFault(`an event is a record; this is ${type.kind}`);
  const attributes = json as JsonObject; // a record schema is an object
  const problems = [...attributeProblems(attributes, type), ...docProblems(type, "", new Set())];
  if (problems.length > 0) throw new SchemaFault(problems.join("; "));
  const correlateField = optionalText(attributes["correlate"]);
  return {
    fullName: type.fullName,
    name: shortName(type.fullName),
    context,
    topic: String(attributes["topic"]),
    keyField: optionalText(attributes["key"]) ?? correlateField ?? "",
    correlateField,
    type,
    text: JSON.stringify(json),
  };
}

function attributeProblems(schema: JsonObject, type: RecordType): string[] {
  const problems: string[] = [];
  const topic = schema["topic"];
  if (typeof topic !== "string" || !TOPIC.test(topic)) {
    problems.push(`\`topic\` is ${JSON.stringify(topic ?? null)}; allowed is a topic name (letters, digits, . _ -)`);
  }
  if (!type.fullName.includes(".")) problems.push("`namespace` is missing");
  if (schema["key"] === undefined && schema["correlate"] === undefined) {
    problems.push("`correlate` is missing (or `key`, for an event that belongs to no saga)");
  }
  for (const attribute of ["key", "correlate"] as const) {
    const name = schema[attribute];
    if (name === undefined) continue;
    const field = type.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      problems.push(`\`${attribute}\` names ${JSON.stringify(name)}; its fields are ${type.fields.map((known) => known.name).join(", ")}`);
    } else if (!canBeKey(field.type)) {
      problems.push(`\`${attribute}\` names ${field.name}, whose type can't be a key; allowed are string, uuid, int, long, enum`);
    }
  }
  return problems;
}

function canBeKey(type: AvroType): boolean {
  if (type.kind === "enum") return true;
  if (type.kind === "union") return type.branches.every((branch) => canBeKey(branch) || isNull(branch));
  return type.kind === "primitive" && ["string", "int", "long"].includes(type.name);
}

const isNull = (type: AvroType): boolean => type.kind === "primitive" && type.name === "null";

/** Every record, enum and field without `doc`, by its path. */
function docProblems(type: AvroType, path: string, seen: Set<AvroType>): string[] {
  switch (type.kind) {
    case "record":
      if (seen.has(type)) return [];
      seen.add(type);
      return [
        ...(type.doc ? [] : [`record ${type.fullName} has no \`doc\``]),
        ...type.fields.flatMap((field) => fieldProblems(field, path, seen)),
      ];
    case "enum":
      return type.doc ? [] : [`enum ${type.fullName} has no \`doc\``];
    case "array":
      return docProblems(type.items, path, seen);
    case "map":
      return docProblems(type.values, path, seen);
    case "union":
      return type.branches.flatMap((branch) => docProblems(branch, path, seen));
    default:
      return [];
  }
}

function fieldProblems(field: Field, path: string, seen: Set<AvroType>): string[] {
  const here = path === "" ? field.name : `${path}.${field.name}`;
  return [...(field.doc ? [] : [`field \`${here}\` has no \`doc\``]), ...docProblems(field.type, here, seen)];
}

const optionalText = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
