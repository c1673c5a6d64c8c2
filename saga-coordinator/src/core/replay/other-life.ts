import type { CompiledDefinition } from "../compile/compiled.ts";
import { evolve } from "../evolve.ts";
import { fieldsToJson } from "../history.ts";
import { isMigration } from "../migration/act.ts";
import type { Move, SentMove } from "../moves.ts";
import type { EventEntry, FactEntry, SagaState } from "../state.ts";
import { allTimers, type DueTimer } from "../timers.ts";
import { beginSaga } from "./refold.ts";

/** An undo that was asked for, as far as it can be compared between versions. */
export type AskedUndo = { readonly step: string; readonly event: string; readonly payload: string };

/**
 * An instance as it would have lived under another version, while its recorded life goes by. What came from outside comes
 * when it came then. Timers are its own, but for those that the recorded life has alike: they fire when they did then, so
 * that a record that was late stays as late. An answer to a request comes only after the request.
 */
export class OtherLife {
  state: SagaState;
  readonly undos: AskedUndo[] = [];
  readonly #definition: CompiledDefinition;
  readonly #sent = new Set<string>();
  #waiting: readonly EventEntry[] = [];
  #now = 0;

  constructor(definition: CompiledDefinition, about: { readonly tenant: string; readonly id: string }) {
    this.#definition = definition;
    this.state = beginSaga(definition, about);
  }

  /** Time passes until `until`. `recorded`: the recorded life meanwhile. */
  pass(until: number, recorded: SagaState): void {
    for (let due = this.#due(until, recorded); due !== undefined; due = this.#due(until, recorded)) {
      this.#fold({ kind: "timer", identity: "", name: due.name, dueAt: due.dueAt }, Math.max(due.dueAt, this.#now));
    }
  }

  /** A recorded fact. `asked`: message ids of the requests of the recorded life. */
  take(entry: FactEntry, at: number, asked: ReadonlySet<string>): void {
    if (isMigration(entry)) return; // it is about other versions
    const { causationId } = entry.kind === "event" ? entry : {};
    if (entry.kind === "event" && causationId !== undefined && asked.has(causationId) && !this.#sent.has(causationId)) {
      this.#waiting = [...this.#waiting, entry];
    } else this.#fold(entry, at);
  }

  #due(until: number, recorded: SagaState): DueTimer | undefined {
    return allTimers(this.state).find(({ name, dueAt }) => dueAt <= until && recorded.timers[name]?.dueAt !== dueAt);
  }

  #fold(entry: FactEntry, at: number): void {
    this.#now = at;
    const { state, moves } = evolve(this.#definition, this.state, { entry, now: at });
    this.state = state;
    for (const sent of sentIn(moves)) this.#sent.add(sent.id);
    this.undos.push(...undosIn(moves));
    const ready = this.#waiting.find(({ causationId = "" }) => this.#sent.has(causationId));
    if (ready === undefined) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== ready);
    this.#fold(ready, at);
  }
}

export const sentIn = (moves: readonly Move[]): readonly SentMove[] => moves.filter((move) => move.kind === "sent");

/** Each undo once, however often silence or failure made it be sent again. */
export function undosIn(moves: readonly Move[]): readonly AskedUndo[] {
  return sentIn(moves)
    .filter(({ action, sending }) => action === "undo" && sending === 1)
    .map(({ step, event, payload }) => ({ step, event, payload: JSON.stringify(fieldsToJson(payload, "all")) }));
}
