import type { TimerFact } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import type { SagaState, Timer } from "./state.ts";

export type DueTimer = Timer & { readonly name: string };

/** When the earliest timer is due, milliseconds since the epoch; null when the saga waits for no time. */
export function nextDueAt({ timers }: SagaState): number | null {
  let earliest: number | null = null;
  for (const { dueAt } of Object.values(timers)) if (earliest === null || dueAt < earliest) earliest = dueAt;
  return earliest;
}

/** Timers that are due at `now`, earliest first. Folding one may clear others: those then change nothing. */
export function dueTimers(state: SagaState, now: number): readonly DueTimer[] {
  return allTimers(state).filter(({ dueAt }) => dueAt <= now);
}

/** Every timer that runs, earliest first. */
export function allTimers({ timers }: SagaState): readonly DueTimer[] {
  return Object.entries(timers)
    .map(([name, timer]) => ({ name, ...timer }))
    .sort((a, b) => a.dueAt - b.dueAt || (a.name < b.name ? -1 : 1));
}

/** `dueTimers` as facts, with the identity of the wire contract: tenant, definition, saga id, timer name, generation. */
export function timerFacts({ ids }: CompiledDefinition, state: SagaState, now: number): readonly TimerFact[] {
  const { tenant, definition, id } = state;
  return dueTimers(state, now).map(({ name, dueAt, generation }) => ({
    kind: "timer",
    identity: ids.messageId("troupe.timer", [tenant, definition, id, name, generation]),
    name,
    dueAt,
  }));
}
