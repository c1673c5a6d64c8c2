import type { Json, JsonObject } from "@troupe/kernel";
import { toTaggedJson } from "@troupe/kernel";
import type { Expression } from "../../expressions.ts";
import type { SagaState } from "../../state.ts";
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

/** Search keys appear when they can first be computed, and keep the last value. `before`: the saga before this fact. */
export function noteSearchKeys(draft: Draft, before?: SagaState): undefined {
  const { saga, definition } = draft;
  const { search: known = {} } = saga;
  const open = saga.start === undefined ? [] : definition.search.filter(([name, key]) => !isSettled(saga, before, { key, name }));
  if (open.length === 0) return;
  const values = scopeOf(draft);
  const changed = open.flatMap(([name, expression]): [string, Json][] => {
    const outcome = evaluate(expression, values, `search ${name}`);
    if (!("value" in outcome) || outcome.value === null) return [];
    const value = toTaggedJson(outcome.value);
    return JSON.stringify(value) === JSON.stringify(known[name]) ? [] : [[name, value]];
  });
  // The same object stands for the same keys, so that a store is only told of those that changed.
  if (changed.length > 0) saga.search = { ...known, ...Object.fromEntries(changed) };
}

type SearchKey = { readonly name: string; readonly key: Expression };

/** Nothing that the key reads is another than before, when it was computed. */
function isSettled(saga: SagaState, before: SagaState | undefined, { name, key }: SearchKey): boolean {
  if (before?.search === undefined || !Object.hasOwn(before.search, name) || saga.start !== before.start) return false;
  return saga.steps === before.steps || key.references.every(({ root }) => root !== "steps");
}
