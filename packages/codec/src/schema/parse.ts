import { type Json, type JsonObject, reasonOf } from "@troupe/kernel";
import { type AvroType, branchName, type Field, lookAlike, type NamedType, PRIMITIVES, type PrimitiveName } from "./avro-type.ts";
import { physicalDefault } from "./default.ts";
import { logicalOf } from "./logical.ts";
import { SchemaFault } from "./parse-fault.ts";

/** What to do with logical types that Troupe does not have, and with defaults: a reader's have to fit, a foreign writer's do no harm. */
export type ParseOptions = { readonly logicalTypes: "known" | "any"; readonly defaults: "fit" | "any" };

/** For the events of this house. */
export const STRICT: ParseOptions = { logicalTypes: "known", defaults: "fit" };
/** For schemas that others register here. */
export const REGISTERED: ParseOptions = { logicalTypes: "any", defaults: "fit" };
/** For schemas that others wrote with. */
export const FOREIGN: ParseOptions = { logicalTypes: "any", defaults: "any" };

type Scope = ParseOptions & { readonly names: Map<string, NamedType>; readonly namespace: string; readonly at: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads an Avro schema (Avro 1.12, JSON form). Throws SchemaFault at the first thing that is not Avro. */
export function parseAvro(schema: Json, options: ParseOptions): AvroType {
  return parseType(schema, { ...options, names: new Map(), namespace: "", at: "" });
}

function parseType(schema: Json, scope: Scope): AvroType {
  if (typeof schema === "string") return reference(schema, scope);
  if (Array.isArray(schema)) return parseUnion(schema, scope);
  if (!isObject(schema)) throw fault(scope, `a type is ${JSON.stringify(schema)}; allowed is a name, an object or a list of branches`);
  const kind = schema["type"];
  switch (kind) {
    case "record":
    case "error":
      return parseRecord(schema, scope);
    case "enum":
      return parseEnum(schema, scope);
    case "fixed":
      return parseFixed(schema, scope);
    case "array":
      return { kind: "array", items: parseType(required(schema, "items", scope), scope) };
    case "map":
      return { kind: "map", values: parseType(required(schema, "values", scope), scope) };
    default:
      if (isPrimitive(kind)) return { kind: "primitive", name: kind, logical: logical(schema, scope) };
      return parseType(kind ?? null, scope); // {"type": {...}} and {"type": "some.Name"} are allowed spellings
  }
}

function parseRecord(schema: JsonObject, scope: Scope): AvroType {
  const named = names(schema, scope);
  const fields: Field[] = [];
  const record = { kind: "record", ...named.own, doc: text(schema["doc"]), fields } as const;
  define(record, scope); // before its fields, which may lead back to it
  const list = required(schema, "fields", scope);
  if (!Array.isArray(list)) throw fault(scope, `fields of ${named.own.fullName} are not a list`);
  for (const entry of list) {
    const field = parseField(entry, { ...scope, namespace: named.namespace, at: scope.at });
    if (fields.some(({ name }) => name === field.name)) throw fault(scope, `field \`${field.name}\` stands twice`);
    fields.push(field);
  }
  return record;
}

function parseField(entry: Json, scope: Scope): Field {
  const name = isObject(entry) ? entry["name"] : undefined;
  if (!isObject(entry) || typeof name !== "string" || !NAME.test(name)) {
    throw fault(scope, `a field is named ${JSON.stringify(name ?? null)}; allowed are letters, digits and _`);
  }
  const inside = { ...scope, at: scope.at === "" ? name : `${scope.at}.${name}` };
  const type = parseType(required(entry, "type", inside), inside);
  if (scope.defaults === "fit" && entry["default"] !== undefined) checkDefault(type, entry["default"], inside);
  return {
    name,
    aliases: texts(entry["aliases"]),
    doc: text(entry["doc"]),
    type,
    default: entry["default"],
    pii: entry["pii"] === true,
  };
}

function checkDefault(type: AvroType, json: Json, scope: Scope): void {
  try {
    physicalDefault(type, json);
  } catch (error) {
    throw fault(scope, reasonOf(error));
  }
}

function parseEnum(schema: JsonObject, scope: Scope): AvroType {
  const symbols = texts(required(schema, "symbols", scope));
  const odd = symbols.find((symbol, at) => !NAME.test(symbol) || symbols.indexOf(symbol) !== at);
  if (odd !== undefined) throw fault(scope, `symbol ${JSON.stringify(odd)} stands twice or has more than letters, digits and _`);
  if (symbols.length === 0) throw fault(scope, "an enum has no symbols");
  const fallback = text(schema["default"]);
  if (fallback !== undefined && !symbols.includes(fallback))
    throw fault(scope, `the enum's default \`${fallback}\` is none of its symbols`);
  return define({ kind: "enum", ...names(schema, scope).own, doc: text(schema["doc"]), symbols, fallback }, scope);
}

function parseFixed(schema: JsonObject, scope: Scope): AvroType {
  const size = required(schema, "size", scope);
  if (typeof size !== "number" || !Number.isInteger(size) || size < 0) throw fault(scope, `size is ${JSON.stringify(size)}`);
  return define({ kind: "fixed", ...names(schema, scope).own, size, logical: logical(schema, scope) }, scope);
}

function parseUnion(schema: readonly Json[], scope: Scope): AvroType {
  const branches = schema.map((branch) => parseType(branch, scope));
  const seen = branches.map(branchName);
  const twice = seen.find((name, at) => seen.indexOf(name) !== at);
  if (twice !== undefined) throw fault(scope, `a union has the branch ${twice} twice`);
  if (branches.length === 0 || branches.some(({ kind }) => kind === "union")) throw fault(scope, "a union is empty or holds a union");
  return { kind: "union", branches, tagged: lookAlike(branches) };
}

function reference(name: string, scope: Scope): AvroType {
  if (isPrimitive(name)) return { kind: "primitive", name, logical: undefined };
  const found = scope.names.get(qualify(name, scope.namespace)) ?? scope.names.get(name);
  if (found === undefined) throw fault(scope, `type \`${name}\` is not defined`);
  return found;
}

function names(schema: JsonObject, scope: Scope) {
  const name = schema["name"];
  if (typeof name !== "string" || !name.split(".").every((part) => NAME.test(part))) {
    throw fault(scope, `a ${String(schema["type"])} is named ${JSON.stringify(name ?? null)}; allowed are letters, digits and _`);
  }
  const fullName = qualify(name, text(schema["namespace"]) ?? scope.namespace);
  const namespace = fullName.includes(".") ? fullName.slice(0, fullName.lastIndexOf(".")) : "";
  const aliases = texts(schema["aliases"]).map((alias) => qualify(alias, namespace));
  return { own: { fullName, aliases }, namespace };
}

function define<Type extends NamedType>(type: Type, scope: Scope): Type {
  if (scope.names.has(type.fullName)) throw fault(scope, `type ${type.fullName} is defined twice`);
  scope.names.set(type.fullName, type);
  return type;
}

function logical(schema: JsonObject, scope: Scope) {
  const found = logicalOf(schema);
  if (typeof found !== "string") return found;
  if (scope.logicalTypes === "known") throw fault(scope, found);
  return undefined;
}

const qualify = (name: string, namespace: string): string => (name.includes(".") || namespace === "" ? name : `${namespace}.${name}`);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
const isPrimitive = (name: Json | undefined): name is PrimitiveName => PRIMITIVES.some((primitive) => primitive === name);
const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((entry: Json) => typeof entry === "string") : [];

function required(schema: JsonObject, attribute: string, scope: Scope): Json {
  const value = schema[attribute];
  if (value === undefined) throw fault(scope, `\`${attribute}\` is missing`);
  return value;
}

function fault(scope: Scope, reason: string): SchemaFault {
  return new SchemaFault(scope.at === "" ? reason : `at field \`${scope.at}\` ${reason}`);
}
