import { type JsonSchema, nearest, TroupeError } from "@troupe/kernel";
import { allowedBy, constantsOf } from "./describe-schema.ts";

/** What ajv says of one violation, with its `verbose` fields. */
export type Violation = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: { readonly [name: string]: unknown };
  readonly message?: string | undefined;
  /** The value that was found. */
  readonly data?: unknown;
  /** The schema that the keyword stands in. */
  readonly parentSchema?: JsonSchema;
};

/** Where the value stood; names the whole part when no field of it is meant. */
export type RequestPart = "body" | "querystring" | "params" | "headers";

const LONGEST_SHOWN = 80;

/** One REQUEST_INVALID out of the violations of a request: the one that lies deepest, with field path, found value and what is allowed. */
export function invalidRequest(violations: readonly Violation[], part: RequestPart): TroupeError {
  const violation = telling(violations);
  const { keyword, params, data, parentSchema = {} } = violation;
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") return unknownField(violation, part);
  if (keyword === "required") {
    const missing = String(params["missingProperty"]);
    const allowed = allowedBy(propertiesOf(parentSchema)[missing] ?? {});
    return new TroupeError("REQUEST_INVALID", { field: fieldOf(violation, part, missing), found: "missing", allowed });
  }
  return new TroupeError("REQUEST_INVALID", {
    field: fieldOf(violation, part),
    found: shown(data),
    allowed: allowedFor(data, parentSchema),
  });
}

/** Of an enumeration also the value that was probably meant. */
function allowedFor(data: unknown, schema: JsonSchema): string {
  const values = constantsOf(schema) ?? [];
  return allowedBy(schema) + meant(typeof data === "string" ? data : "", values.map(String));
}

function meant(found: string, names: readonly string[]): string {
  const close = nearest(found, names);
  return close === undefined ? "" : ` (did you mean ${close}?)`;
}

function unknownField(violation: Violation, part: RequestPart): TroupeError {
  const name = String(violation.params["additionalProperty"] ?? violation.params["unevaluatedProperty"]);
  const names = Object.keys(propertiesOf(violation.parentSchema ?? {}));
  const allowed = `${names.length === 0 ? "nothing" : names.join(", ")}${meant(name, names)}`;
  return new TroupeError("REQUEST_INVALID", { field: fieldOf(violation, part, name), found: "not known", allowed });
}

/**
 * A union reports every branch that failed and then itself. A branch that fails deeper inside was the one meant; when
 * all fail at the same place the union as a whole says what is allowed.
 */
function telling(violations: readonly Violation[]): Violation {
  const last = violations.at(-1);
  if (last === undefined) return { keyword: "unknown", instancePath: "", params: {} };
  if (last.keyword !== "anyOf" && last.keyword !== "oneOf") return violations[0] ?? last;
  const deeper = violations.find((violation) => violation.instancePath.length > last.instancePath.length);
  return deeper ?? last;
}

/** `/lines/0/sku` becomes `lines[0].sku`. */
function fieldOf({ instancePath }: Violation, part: RequestPart, property?: string): string {
  const parts = instancePath.split("/").slice(1).map(unescaped);
  if (property !== undefined) parts.push(property);
  if (parts.length === 0) return part === "querystring" ? "query" : part;
  return parts.map((name, at) => (/^\d+$/.test(name) ? `[${name}]` : at === 0 ? name : `.${name}`)).join("");
}

/** JSON Pointer escapes (RFC 6901). */
const unescaped = (name: string): string => name.replaceAll("~1", "/").replaceAll("~0", "~");

/** The found value as JSON, cut so that a large body does not come back in the answer. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const json = JSON.stringify(value) ?? String(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
}

function propertiesOf(schema: JsonSchema): { readonly [name: string]: JsonSchema } {
  const properties = schema["properties"];
  return typeof properties === "object" && properties !== null ? { ...properties } : {};
}
