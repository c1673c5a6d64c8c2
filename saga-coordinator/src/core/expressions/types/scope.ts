/**
 * What an expression may read. `payload`: whatever stands in a running saga; `element`: the same with the variable of a
 * fan-out; `answer`: the same with the event that answers; `start`: the event that would start a saga, under both its
 * names; `event`: a correlation, over the event alone; `schedule`: what a cron start emits.
 */
export type Scope = "payload" | "answer" | "start" | "event" | "schedule" | { readonly element: string };
type NamedScope = Exclude<Scope, object>;

/** The variables of a scope. */
export const rootsOf = (scope: Scope): readonly string[] => (typeof scope === "object" ? [...ROOTS.payload, scope.element] : ROOTS[scope]);

const ROOTS: { readonly [scope in NamedScope]: readonly string[] } = {
  payload: ["saga", "start", "steps"],
  answer: ["saga", "start", "steps", "event"],
  start: ["saga", "start", "event"],
  event: ["event"],
  schedule: ["tick"],
};
