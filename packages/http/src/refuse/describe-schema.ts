import type { JsonSchema } from "@troupe/kernel";

/** What a JSON Schema allows, in words, e.g. `a whole number from 1 to 200` or `one of running, stuck`. */
export function allowedBy(schema: JsonSchema): string {
  const { type, description } = schema;
  const values = constantsOf(schema);
  if (values !== undefined) return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
  if (type === "integer" || type === "number") return number(schema);
  if (type === "string") return text(schema);
  if (type === "array") return `a list${range(schema["minItems"], schema["maxItems"], " with")}`;
  if (type === "boolean") return "true or false";
  if (type === "object")
    return Number(schema["minProperties"] ?? 0) > 0 ? `an object with at least ${fields(schema["minProperties"])}` : "an object";
  if (type === "null") return "null";
  const options = branchesOf(schema);
  if (options.length > 0) return options.map(allowedBy).join(" or ");
  return typeof description === "string" ? description : "something else";
}

/** The values of an enumeration, also of one written as a union of constants (typebox); undefined for other schemas. */
export function constantsOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (schema["const"] !== undefined) return [schema["const"]];
  if (Array.isArray(schema["enum"])) return schema["enum"];
  const branches = branchesOf(schema);
  const constants = branches.map((branch) => branch["const"]);
  return constants.length > 0 && constants.every((value) => value !== undefined) ? constants : undefined;
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const branches = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(branches) ? branches : [];
}

function number(schema: JsonSchema): string {
  const kind = schema["type"] === "integer" ? "a whole number" : "a number";
  if (schema["exclusiveMinimum"] !== undefined) return `${kind} above ${schema["exclusiveMinimum"]}`;
  return kind + range(schema["minimum"], schema["maximum"], "");
}

function text(schema: JsonSchema): string {
  const { format, pattern, minLength, maxLength } = schema;
  if (format !== undefined) return `text in the form ${format}`;
  if (pattern === "\\S") return "text that is not empty";
  if (pattern !== undefined) return `text that matches ${pattern}`;
  if (minLength === 1 && maxLength === undefined) return "text that is not empty";
  return `text${range(minLength, maxLength, " of")}${minLength === undefined && maxLength === undefined ? "" : " characters"}`;
}

const fields = (count: unknown): string => (count === 1 ? "one field" : `${count} fields`);

function range(low: unknown, high: unknown, lead: string): string {
  if (low !== undefined && high !== undefined) return `${lead} ${lead === " of" || lead === " with" ? "" : "from "}${low} to ${high}`;
  if (low !== undefined) return `${lead} ${lead === "" ? "of " : ""}at least ${low}`;
  if (high !== undefined) return `${lead} ${lead === "" ? "of " : ""}at most ${high}`;
  return "";
}
