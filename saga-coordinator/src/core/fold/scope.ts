import type { JsonObject, Payload, Value } from "@troupe/kernel";
import { fromTaggedJson } from "@troupe/kernel";
import type { CompiledDefinition, CompiledStep, Request } from "../compile/compiled.ts";
import { type Expression, summaryOf } from "../expressions.ts";
import { fieldsFromJson } from "../history.ts";
import { type SagaState, stepOf } from "../state.ts";

/** What expressions are evaluated over. */
export type Values = { readonly [root: string]: unknown };
/** `decoded`: what was decoded in this fold already; a fan-out reads the same list for each of its elements. */
type Of = { readonly definition: CompiledDefinition; readonly saga: SagaState; readonly decoded?: Map<JsonObject, Payload> };

/** `saga`, `start`, and `steps` with null for what is not done. `own`: the step or element that asks, which sees its own result. */
export function scopeOf(of: Of, { own, event }: { own?: CompiledStep; event?: JsonObject | undefined } = {}): Values {
  const { definition, saga } = of;
  const { item } = own === undefined ? {} : stepOf(saga, own.name);
  return {
    saga: sagaFields(saga),
    start: decode(of, saga.start ?? {}),
    steps: Object.fromEntries(definition.steps.map((step) => [step.name, resultOf(of, step, own)])),
    ...(event === undefined ? {} : { event: fieldsFromJson(event) }),
    ...(own?.each === undefined || item === undefined ? {} : { [own.each.as]: fromTaggedJson(item) }),
  };
}

export function sagaFields({ id, startedAt, tenant }: SagaState): Payload {
  return { id, startedAt: startedAt ?? null, tenant };
}

/** Null unless it is done; a step that the saga does without has no result to anybody but its own undo. */
function resultOf(of: Of, step: CompiledStep, own: CompiledStep | undefined): Payload | null {
  const { saga } = of;
  const { status, payload, givenUp } = stepOf(saga, step.name);
  if (givenUp !== undefined && own?.base !== step.name) return null;
  if (step.each !== undefined && status === "done") return elementResults(saga, step);
  if (payload !== undefined) return decode(of, payload);
  return status === "done" ? {} : null;
}

function decode({ decoded }: Of, json: JsonObject): Payload {
  const known = decoded?.get(json) ?? fieldsFromJson(json);
  decoded?.set(json, known);
  return known;
}

function elementResults(saga: SagaState, { name }: CompiledStep): Payload {
  const prefix = `${name}/`;
  const results = Object.entries(saga.steps).flatMap(([key, { payload = {} }]) =>
    key.startsWith(prefix) ? [[decodeURIComponent(key.slice(prefix.length)), fieldsFromJson(payload)] as const] : [],
  );
  return Object.fromEntries(results);
}

/** A value, or why the expression has none: that makes the saga stuck, it never counts as false or null. */
export type Evaluated<Result> = { readonly value: Result } | { readonly failed: string };

export function evaluate(expression: Expression, values: Values, where: string): Evaluated<Value> {
  try {
    return { value: expression.evaluate(values) };
  } catch (error) {
    return { failed: `\`${expression.text}\` (${where}) can't be computed (${summaryOf(error)})` };
  }
}

/** Whether a guard holds. Anything but true and false is a failure. */
export function holds(guard: Expression, values: Values, where: string): Evaluated<boolean> {
  const evaluated = evaluate(guard, values, where);
  if ("failed" in evaluated) return evaluated;
  if (typeof evaluated.value === "boolean") return { value: evaluated.value };
  return { failed: `\`${guard.text}\` (${where}) can't be computed (it gives ${kindOf(evaluated.value)}, not true or false)` };
}

const kindOf = (value: Value): string => (value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`);

/** The payload of a request, or the expression that failed and why. */
export function buildPayload(of: Of, request: Request, own: CompiledStep): Evaluated<Payload> {
  if (request.fields.length === 0) return { value: {} };
  const values = scopeOf(of, { own });
  const payload: [string, Value][] = [];
  for (const [field, expression] of request.fields) {
    try {
      payload.push([field, expression.evaluate(values)]);
    } catch (error) {
      return { failed: `\`${field}: ${expression.text}\` of ${request.event} can't be computed (${summaryOf(error)})` };
    }
  }
  return { value: Object.fromEntries(payload) };
}

/** Whether a later answer may change what the request says: it reads a step whose result is not there. */
export function mayChange(saga: SagaState, { fields }: Request): boolean {
  return fields.some(([, { references }]) =>
    references.some(({ root, path: [step] }) => root === "steps" && (step === undefined || stepOf(saga, step).payload === undefined)),
  );
}
