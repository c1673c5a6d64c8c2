import type { EventFact } from "@troupe/kernel";
import type { Definition } from "@troupe/saga-coordinator/core";
import { meaningOf } from "./steps.ts";

type Told = { done: boolean; undone: boolean };

/** The auditor's books: what participants said on the log, whatever any document holds. */
export class ExampleLedger {
  readonly wants: ReadonlySet<string>;
  readonly sagas = new Map<string, Map<string, Told>>();
  readonly #definition: Definition;

  constructor(definition: Definition, wants: ReadonlySet<string>) {
    this.#definition = definition;
    this.wants = wants;
  }

  take({ name, payload, envelope }: EventFact): void {
    const meaning = meaningOf(this.#definition, name, payload);
    if (meaning === undefined || envelope.correlationId === undefined) return;
    const told = this.#told(envelope.correlationId, meaning.step.name);
    if (meaning.kind === "done") told.done = true;
    if (meaning.kind === "undone") told.undone = true;
  }

  /** 1 when the step's effect is there, 0 when it never was or was undone. */
  netOf(sagaId: string, step: string): number {
    const told = this.sagas.get(sagaId)?.get(step);
    return told?.done === true && !told.undone ? 1 : 0;
  }

  #told(sagaId: string, step: string): Told {
    const steps = this.sagas.get(sagaId) ?? new Map<string, Told>();
    this.sagas.set(sagaId, steps);
    const told = steps.get(step) ?? { done: false, undone: false };
    steps.set(step, told);
    return told;
  }
}
