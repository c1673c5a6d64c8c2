import type { JsonSchema } from "@troupe/kernel";
import { DURATION_DOC, type Form, type Grammar, type Key, SAGA, STEP_NAME } from "./read/grammar.ts";

const DURATION = "^(\\d{1,12}(ms|s|m|h|d)|P(?=.)(\\d{1,9}W)?(\\d{1,9}D)?(T(?=.)(\\d{1,9}H)?(\\d{1,9}M)?(\\d{1,9}(\\.\\d{1,3})?S)?)?)$";

/**
 * JSON Schema (draft 2020-12) of a definition file, for completion and checks in editors. It knows the words; what they
 * mean together only `troupe check` knows.
 */
export function definitionSchema(): JsonSchema {
  const defs = new Map<string, JsonSchema>();
  const root = objectSchema(SAGA, defs);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Troupe saga definition",
    ...root,
    $defs: Object.fromEntries([...defs].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

type Defs = Map<string, JsonSchema>;

function objectSchema({ doc, keys }: Grammar, defs: Defs): JsonSchema {
  const required = Object.entries(keys).flatMap(([name, key]) => (key.required === true ? [name] : []));
  return {
    description: doc,
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, keySchema(key, defs)])),
  };
}

/** The doc of a key stands beside what the form says of itself, so the form goes one level down where it has a doc. */
function keySchema({ doc, form }: Key, defs: Defs): JsonSchema {
  const schema = formSchema(form, defs);
  return "description" in schema || "$ref" in schema ? { description: doc, allOf: [schema] } : { description: doc, ...schema };
}

function formSchema(form: Form, defs: Defs): JsonSchema {
  switch (form.is) {
    case "name":
      return { type: "string", pattern: form.pattern.source, examples: [form.like] };
    case "words":
      return { enum: form.words };
    case "object":
      return reference(form.of, defs);
    case "list":
      return { type: "array", minItems: 1, items: oneOf(form.of, defs) };
    case "either":
      return oneOf(form.of, defs);
    case "map":
      return {
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: form.names.source },
        additionalProperties: oneOf(form.of, defs),
      };
    default:
      return PLAIN[form.is];
  }
}

function oneOf(forms: readonly Form[], defs: Defs): JsonSchema {
  const [only, ...others] = forms.map((form) => formSchema(form, defs));
  return others.length === 0 && only !== undefined ? only : { anyOf: forms.map((form) => formSchema(form, defs)) };
}

function reference(grammar: Grammar, defs: Defs): JsonSchema {
  const name = grammar.what.replace(/^an? /, "");
  if (!defs.has(name)) {
    defs.set(name, {}); // a grammar may lead back to itself
    defs.set(name, objectSchema(grammar, defs));
  }
  return { $ref: `#/$defs/${name}` };
}

/** Numbers and truth values are CEL already. */
const CEL: JsonSchema = { type: ["string", "number", "boolean"], description: "A CEL expression.", examples: ["start.total"] };
type PlainForm = Exclude<Form["is"], "name" | "words" | "object" | "list" | "either" | "map">;

const PLAIN: { readonly [form in PlainForm]: JsonSchema } = {
  text: { type: "string", minLength: 1 },
  duration: { type: "string", pattern: DURATION, description: DURATION_DOC, examples: ["30s", "5m", "2d"] },
  count: { type: "integer", minimum: 1, maximum: 1000 },
  fraction: { type: "number", minimum: 0, maximum: 1 },
  flag: { type: "boolean" },
  cel: CEL,
  fields: { type: "object", additionalProperties: CEL },
  named: { type: "object", propertyNames: { pattern: STEP_NAME.source }, additionalProperties: CEL },
};
