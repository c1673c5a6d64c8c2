import type { FieldType, Ids, Payload, Value } from "@troupe/kernel";
import type { CompiledDefinition } from "../../compile/compiled.ts";
import type { KnownEvent } from "../../definition/types.ts";
import type { Expression } from "../../expressions.ts";
import type { ProofBounds } from "../bounds.ts";
import { sizeOf, withValues } from "./choices.ts";
import { atomOf } from "./guard-atoms.ts";
import { NOW } from "./now.ts";
import { sampleFields } from "./sample-value.ts";

/**
 * Answers for everything that a definition leaves to its data. One exploration owns one; before each fact it is told
 * what holds, and after it it tells which guards were read without an answer.
 */
export type Oracle = {
  guards: { readonly [atom: string]: boolean };
  readonly missing: string[];
};

export function createOracle(): Oracle {
  return { guards: {}, missing: [] };
}

/** Keys under which a compiled definition keeps expressions whose result is true or false. */
const GUARDS: ReadonlySet<string> = new Set(["if", "guard", "while"]);

/**
 * The same compiled definition with an abstract world in its expressions: guards ask the oracle, payloads are computed
 * from samples, and retry policies are as long as the bounds allow. The core that runs it is the real one.
 */
export function abstractDefinition(
  definition: CompiledDefinition,
  { oracle, bounds, types }: { oracle: Oracle; bounds: ProofBounds; types: FieldType },
): CompiledDefinition {
  const seen = new Map<object, unknown>();
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const mapped = mapOne(value, key);
    seen.set(value, mapped);
    return mapped;
  };
  const mapOne = (value: object, key: string): unknown => {
    if (isExpression(value)) return abstractExpression(value, { key, oracle, bounds, types });
    if (Array.isArray(value)) return value.map((item: unknown) => visit(item, key));
    if (value instanceof Map) return new Map([...value].map(([name, item]: [unknown, unknown]) => [name, visit(item, key)]));
    if (value instanceof Set) return value;
    if (key === "ids") return { ...value, messageId: readableId };
    const fields = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
    return bounded(fields, key, bounds);
  };
  return visit(definition, "") as CompiledDefinition; // every field keeps its type
}

/** The same promise as the hash, kept by spelling it out: other parts, another id. */
const readableId: Ids["messageId"] = (namespace, parts) => `${namespace}:${parts.join("/")}`;

function bounded(fields: { [name: string]: unknown }, key: string, bounds: ProofBounds): unknown {
  const { attempts, max } = fields;
  if (key === "retry" && typeof attempts === "number") return { ...fields, attempts: Math.min(attempts, bounds.attempts) };
  if (key === "repeat" && typeof max === "number") return { ...fields, max: Math.min(max, bounds.rounds) };
  return fields;
}

function isExpression(value: object): value is Expression {
  return "evaluate" in value && "references" in value && "text" in value;
}

type Abstracting = { readonly key: string; readonly oracle: Oracle; readonly bounds: ProofBounds; readonly types: FieldType };

/** Keys of expressions whose value decides what happens: aliases, keys of elements, the instant that a wait ends. */
const DECIDING: ReadonlySet<string> = new Set(["aliases", "key", "at"]);

function abstractExpression(expression: Expression, { key, oracle, bounds, types }: Abstracting): Expression {
  const ask = (atom: string): boolean => holds(atom, oracle);
  if (GUARDS.has(key)) return { ...expression, evaluate: (scope) => guardValue(expression, oracle, scope["event"]) };
  if (key === "items") return { ...expression, evaluate: () => elementsOf(sizeOf(expression.text, { most: bounds.elements, ask })) };
  if (DECIDING.has(key))
    return { ...expression, evaluate: (scope) => sampled(expression, withValues(expression, scope, { types, sample: SAMPLE, ask })) };
  return { ...expression, evaluate: (scope) => sampled(expression, scope) };
}

/** Events say themselves which guards over them hold: see `markedFields`. */
function guardValue({ text, references }: Expression, oracle: Oracle, event: unknown): boolean {
  if (references.some(({ root }) => root === "event")) return holdsFor(event, text);
  return holds(text, oracle);
}

function holds(guard: string, oracle: Oracle): boolean {
  const { atom, negated, excludes } = atomOf(guard);
  const known = oracle.guards[atom];
  if (known !== undefined) return known !== negated;
  // One field has one value: another literal that is true already makes this one false.
  if (excludes !== undefined && Object.entries(oracle.guards).some(([other, is]) => is && atomOf(other).excludes === excludes))
    return negated;
  if (!oracle.missing.includes(atom)) oracle.missing.push(atom);
  return false;
}

function holdsFor(event: unknown, guard: string): boolean {
  if (typeof event !== "object" || event === null) return false;
  return Object.values(event).some((value) => Array.isArray(value) && value.includes(guard));
}

/** The fields that these guards read, with the guards as their value: so an event that waits still means what it meant. */
export function markedFields(guards: readonly string[]): Payload {
  const fields = guards.flatMap((guard) => [...guard.matchAll(/event\.([A-Za-z_]\w*)/g)].map(([, field = ""]) => field));
  return Object.fromEntries(fields.map((field) => [field, guards]));
}

/** Elements that say which they are, whatever field is read of them. */
function elementsOf(count: number): Value {
  return Array.from({ length: count }, (_, at) => `e${at + 1}`);
}

/**
 * What the expression gives over sample values. It fails only where the real one would: when it reads the result of a
 * step that is not there. That a sample is not the number which a function wants says nothing about the definition.
 */
function sampled(expression: Expression, scope: { readonly [root: string]: unknown }): Value {
  try {
    return expression.evaluate(scope);
  } catch (error) {
    if (expression.references.some(({ root, path }) => root === "steps" && isAbsent(scope["steps"], path[0]))) throw error;
    const [element] = expression.references.flatMap(({ root }) => (typeof scope[root] === "string" ? [scope[root]] : []));
    return element ?? "sample";
  }
}

function isAbsent(steps: unknown, name: string | undefined): boolean {
  if (typeof steps !== "object" || steps === null || name === undefined) return false;
  return Object.entries(steps).some(([step, value]) => step === name && (value === null || value === undefined));
}

/** A payload whose fields are there, of their types where these are known. */
export function samplePayload(event: KnownEvent | undefined, fields: Iterable<string>): Payload {
  const plain = Object.fromEntries([...fields].map((field) => [field, "sample"]));
  return { ...plain, ...sampleFields(event?.types ?? [], SAMPLE) };
}

const SAMPLE = { text: "sample", uuid: "00000000-0000-8000-8000-000000000000", now: NOW };
