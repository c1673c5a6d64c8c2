import type { Payload } from "@troupe/kernel";
import type { CompiledDefinition, Request } from "../compile/compiled.ts";
import { summaryOf } from "../expressions.ts";
import { fieldsFromJson } from "../history.ts";
import { type SagaState, stepOf } from "../state.ts";
import type { Draft } from "./draft.ts";

/** The payload of a request, or the expression that failed and why (rule: it makes the saga stuck, it never counts as null). */
export function buildPayload(
  { definition, saga }: Pick<Draft, "definition" | "saga">,
  request: Request,
): { readonly payload: Payload } | { readonly failed: string } {
  const scope = scopeOf(definition, saga);
  const payload: [string, Payload[string]][] = [];
  for (const [field, expression] of request.fields) {
    try {
      payload.push([field, expression.evaluate(scope)]);
    } catch (error) {
      return { failed: `\`${field}: ${expression.text}\` of ${request.event} can't be computed (${summaryOf(error)})` };
    }
  }
  return { payload: Object.fromEntries(payload) };
}

/** What expressions see: `saga`, `start`, and `steps` with null for what is not done. */
function scopeOf(definition: CompiledDefinition, saga: SagaState): { readonly [root: string]: unknown } {
  const steps = definition.steps.map(({ name }) => {
    const { payload } = stepOf(saga, name);
    return [name, payload === undefined ? null : fieldsFromJson(payload)];
  });
  return {
    saga: { id: saga.id, startedAt: saga.startedAt ?? null, tenant: saga.tenant },
    start: fieldsFromJson(saga.start ?? {}),
    steps: Object.fromEntries(steps),
  };
}
