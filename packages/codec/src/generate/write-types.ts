import { shortName } from "@troupe/kernel";
import { type AvroType, branchName, type Field, type Logical, type NamedType } from "../schema/avro-type.ts";
import type { EventSchema } from "../schema/event-schema.ts";
import { namedTypes } from "../schema/named-types.ts";

/** File name (relative to `schemas/generated/`) to its text. */
export type GeneratedFiles = ReadonlyMap<string, string>;

const COMMAND = "node packages/codec/src/generate/main.ts";
const BRANDS: { readonly [name in Logical["name"]]: string } = {
  decimal: "Decimal",
  uuid: "Uuid",
  date: "CalendarDate",
  "time-millis": "TimeMillis",
  "timestamp-millis": "TimestampMillis",
  "timestamp-micros": "TimestampMicros",
  duration: "AvroDuration",
};

/** TypeScript types of every event: one file per context, and an index with the map from event name to payload. Pure. */
export function writeTypes(events: readonly EventSchema[]): GeneratedFiles {
  const contexts = Map.groupBy(events, ({ context }) => context);
  const files = new Map<string, string>();
  for (const [context, own] of contexts) files.set(`${context}.ts`, contextFile(context, own));
  files.set("index.ts", indexFile(contexts));
  return files;
}

function contextFile(context: string, events: readonly EventSchema[]): string {
  const types = new Map(events.flatMap(({ type }) => namedTypes(type)).map((type) => [type.fullName, type]));
  const declarations = [...types.values()].filter(({ kind }) => kind !== "fixed").map(declaration);
  const body = declarations.join("\n\n");
  const brands = Object.values(BRANDS).filter((brand) => new RegExp(`: [^\\n]*\\b${brand}\\b`).test(body));
  const imports = brands.length === 0 ? "" : `import type { ${brands.sort().join(", ")} } from "@troupe/kernel";\n\n`;
  return `// Generated from schemas/${context}/*.avsc by \`${COMMAND}\`; edits are lost.\n${imports}${body}\n`;
}

function declaration(type: NamedType): string {
  const name = shortName(type.fullName);
  if (type.kind === "enum")
    return `${comment(type.doc, "")}export type ${name} = ${type.symbols.map((symbol) => `"${symbol}"`).join(" | ")};`;
  if (type.kind === "fixed") return "";
  return `${comment(type.doc, "")}export type ${name} = {\n${type.fields.map(fieldLine).join("")}};`;
}

function fieldLine(field: Field): string {
  const doc = field.pii ? `${field.doc ?? ""} Personal data.`.trim() : field.doc;
  return `${comment(doc, "  ")}  readonly ${field.name}: ${typeOf(field.type)};\n`;
}

/** The TypeScript spelling of a decoded value. */
export function typeOf(type: AvroType): string {
  switch (type.kind) {
    case "primitive":
      return type.logical === undefined ? CARRIERS[type.name] : BRANDS[type.logical.name];
    case "fixed":
      return type.logical === undefined ? "Uint8Array" : BRANDS[type.logical.name];
    case "array": {
      const items = typeOf(type.items);
      return /[|&]/.test(items) ? `readonly (${items})[]` : `readonly ${items}[]`;
    }
    case "map":
      return `{ readonly [key: string]: ${typeOf(type.values)} }`;
    case "union": {
      const parts = type.branches.map((branch) =>
        type.tagged && typeOf(branch) !== "null" ? `{ readonly "${branchName(branch)}": ${typeOf(branch)} }` : typeOf(branch),
      );
      return [...parts.filter((part) => part !== "null"), ...parts.filter((part) => part === "null")].join(" | ");
    }
    default:
      return shortName(type.fullName);
  }
}

const CARRIERS = {
  null: "null",
  boolean: "boolean",
  int: "number",
  long: "bigint",
  float: "number",
  double: "number",
  bytes: "Uint8Array",
  string: "string",
} as const;

function indexFile(contexts: ReadonlyMap<string, readonly EventSchema[]>): string {
  const lines = [`// Generated from schemas/ by \`${COMMAND}\`; edits are lost.`];
  const wrapped = (events: readonly EventSchema[]) => `{\n${events.map(({ name }) => `  ${name},\n`).join("")}}`;
  for (const [context, events] of contexts) lines.push(`import type ${wrapped(events)} from "./${context}.ts";`);
  lines.push("");
  for (const [context, events] of contexts) {
    lines.push(`export type ${wrapped(events)} from "./${context}.ts";`);
    lines.push(
      "/** With the nested types, whose names may stand in several contexts. */",
      `export type * as ${context} from "./${context}.ts";`,
    );
  }
  lines.push("", "/** Event name to payload. */", "export type EventPayloads = {");
  for (const [, events] of contexts) for (const { name } of events) lines.push(`  readonly ${name}: ${name};`);
  lines.push("};", "export type EventName = keyof EventPayloads;", "");
  return lines.join("\n");
}

function comment(doc: string | undefined, indent: string): string {
  if (doc === undefined || doc === "") return "";
  return `${indent}/** ${doc.replaceAll("*/", "* /").replaceAll(/\s+/g, " ")} */\n`;
}
