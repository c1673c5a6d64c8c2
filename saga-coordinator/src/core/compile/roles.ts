import type { Answer, Definition } from "../definition/types.ts";
import type { Role } from "./compiled.ts";
import type { CompileStrictly } from "./compiling.ts";

/** Lifecycle events that tell a parent how its sub-saga fares. */
export const CHILD_EVENTS = ["SagaCompleted", "SagaCompensated", "SagaDeclined", "SagaTaken", "SagaStuck", "SagaUnstuck"] as const;

/** What each event may mean. The guards of one step are tried together: see match.ts. */
export function rolesOf(
  { start, steps }: Pick<Definition, "start" | "steps">,
  compile: CompileStrictly,
): ReadonlyMap<string, readonly Role[]> {
  const roles = new Map<string, Role[]>();
  const put = (event: string, role: Role): void => void roles.set(event, [...(roles.get(event) ?? []), role]);
  const add = (answers: readonly Answer[], role: Role): void => {
    const scope = role.kind === "start" ? "start" : "answer";
    for (const { on, if: guard } of answers)
      put(on, guard === undefined ? role : { ...role, guard: compile(scope, guard, { events: [on] }) });
  };
  add(start, { kind: "start" });
  for (const { name, done, failed, compensate, child } of steps) {
    add(done, { kind: "done", step: name });
    add(failed, { kind: "failed", step: name });
    if (child !== undefined) for (const event of CHILD_EVENTS) put(event, { kind: "child", step: name });
    if (compensate?.kind !== "undo") continue;
    add(compensate.done, { kind: "undone", step: name });
    add(compensate.failed, { kind: "undoFailed", step: name });
  }
  return roles;
}
