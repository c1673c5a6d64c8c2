import type { Json, JsonObject } from "@troupe/kernel";
import { toTaggedJson } from "@troupe/kernel";
import { breakOn, type Draft, setStatus, tell } from "../draft.ts";
import { evaluate, scopeOf } from "../scope.ts";
import { unstick } from "../stuck.ts";

/** Every required step is done, skipped or pruned. Rule 19: the result is evaluated once, now. */
export function complete(draft: Draft): undefined {
  const result = resultOf(draft);
  if (result === undefined) return;
  unstick(draft);
  setStatus(draft, "completed", "every required step is done");
  draft.saga.endedAt = draft.now;
  draft.saga.timers = {};
  draft.owned.timers = true;
  if (draft.definition.result.length > 0) draft.saga.result = result;
  tell(draft, { kind: "completed" });
}

/** Undefined when an expression fails: the saga stays open, stuck on it. */
function resultOf(draft: Draft): JsonObject | undefined {
  if (draft.definition.result.length === 0) return {};
  const values = scopeOf(draft);
  const result: Record<string, Json> = {};
  for (const [name, expression] of draft.definition.result) {
    const outcome = evaluate(expression, values, `result ${name}`);
    if ("failed" in outcome) return breakOn(draft, { step: null, cause: outcome.failed, actions: ["edit-data"] });
    result[name] = toTaggedJson(outcome.value);
  }
  return result;
}

/** Search keys appear when they can first be computed, and keep the last value. */
export function noteSearchKeys(draft: Draft): undefined {
  const { search } = draft.definition;
  if (search.length === 0 || draft.saga.start === undefined) return;
  const values = scopeOf(draft);
  const known: Record<string, Json> = { ...draft.saga.search };
  for (const [name, expression] of search) {
    const outcome = evaluate(expression, values, `search ${name}`);
    if ("value" in outcome && outcome.value !== null) known[name] = toTaggedJson(outcome.value);
  }
  if (Object.keys(known).length > 0) draft.saga.search = known;
}
