import type { Definition, SagaState, StepDefinition } from "@troupe/saga-coordinator/core";
import type { ExampleLedger } from "./example-ledger.ts";

export type Outcome = {
  readonly byStatus: { readonly [status: string]: number };
  /** Step to how many sagas keep its effect. */
  readonly kept: { readonly [step: string]: number };
  /** What does not add up, each as a sentence. */
  readonly faults: readonly string[];
};

/** Holds what sagas believe against what participants said. Net effect of a step: 1 in a completed saga, 0 in a compensated one. */
export function outcomeOf(definition: Definition, sagas: readonly SagaState[], ledger: ExampleLedger): Outcome {
  const byStatus: Record<string, number> = {};
  const kept: Record<string, number> = {};
  const faults: string[] = [];
  for (const saga of sagas) {
    const status = saga.stuck === undefined ? saga.status : "stuck";
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    for (const step of definition.steps) {
      const net = ledger.netOf(saga.id, step.name);
      kept[step.name] = (kept[step.name] ?? 0) + net;
      const wanted = wantedNet(saga, step);
      if (wanted !== undefined && net !== wanted) faults.push(`saga ${saga.id} is ${status}, but the net effect of ${step.name} is ${net}`);
    }
    if (saga.status !== "completed" && saga.status !== "compensated" && saga.stuck === undefined)
      faults.push(`saga ${saga.id} is still ${status}`);
  }
  return { byStatus, kept, faults };
}

/** Undefined where the rules promise nothing. */
function wantedNet({ status, steps }: SagaState, { name, compensate, wait, pivot }: StepDefinition): number | undefined {
  const stands = steps[name]?.status;
  if (wait !== undefined || (compensate?.kind !== "undo" && !pivot)) return undefined;
  if (status === "compensated") return 0;
  return status === "completed" && stands === "done" ? 1 : undefined;
}

export function outcomeTable({ byStatus, kept, faults }: Outcome, title: string): string {
  const rows = [
    ...Object.entries(byStatus).map(([status, count]) => [`sagas ${status}`, count] as const),
    ...Object.entries(kept).map(([step, count]) => [`effect of ${step}`, count] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    title,
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${String(count).padStart(6)}`),
    faults.length === 0 ? "balance: every completed saga keeps what it did, every compensated one keeps nothing" : "balance: no",
    ...faults.slice(0, 10).map((fault) => `  ${fault}`),
  ].join("\n");
}
