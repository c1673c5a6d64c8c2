import { type JsonObject, parseDocumentId, type StoredDocument } from "@troupe/kernel";
import { beginSaga, type CompiledDefinition, evolve, readEntry, rebuild, type SagaState, stepOf } from "@troupe/saga-coordinator/core";
import { COORDINATOR, sagaOf } from "@troupe/saga-coordinator/shell";
import type { Written } from "../ports/tables.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { Violation } from "../world/violation.ts";

/** What must hold of the documents of sagas: they are what their history says, and undo in order. */
export class SagaLaws {
  readonly #world: Surroundings;
  readonly #onTimer: (after: StoredDocument, dueAt: number) => void;
  /** Each saga folded again, entry by entry, from nothing but its history. */
  readonly #again = new Map<string, SagaState>();

  /** `onTimer`: told of each timer that fired. */
  constructor(world: Surroundings, onTimer: (after: StoredDocument, dueAt: number) => void) {
    this.#world = world;
    this.#onTimer = onTimer;
  }

  onWrite({ before, after, write }: Written): void {
    const definition = this.#world.scenario.stage.definitions.pinned(after.definition);
    let state = before === null ? this.#begin(definition, after.id) : this.#again.get(after.id);
    if (state === undefined) throw new Violation("I8", `${after.id} goes on from a version that was never written`);
    for (const { entry, at } of write.history) {
      const last: SagaState = state;
      state = evolve(definition, last, { entry: readEntry({ entry }), now: at }).state;
      this.#checkEntry(entry, after);
      checkUndoOrder(definition, last, state);
    }
    this.#again.set(after.id, state);
    if (JSON.stringify(state) !== JSON.stringify(sagaOf(after.state))) {
      throw new Violation("I6", `${after.id} at version ${after.version} is not what its history folds to`);
    }
  }

  #begin(definition: CompiledDefinition, id: string): SagaState {
    const { tenant = "", key = "" } = parseDocumentId(id) ?? {};
    return beginSaga(definition, { tenant, id: key });
  }

  #checkEntry(entry: JsonObject, after: Written["after"]): void {
    if (entry["kind"] !== "timer") return;
    this.#world.count("timer");
    this.#onTimer(after, Number(entry["dueAt"]));
  }

  /** The whole history again, as it was stored: byte for byte the state. */
  atEnd(): void {
    const owner = this.#world.owner(COORDINATOR);
    for (const [id, { durable }] of owner.cells) {
      if (durable === null) continue;
      const definition = this.#world.scenario.stage.definitions.pinned(durable.definition);
      const { tenant = "", key = "" } = parseDocumentId(id) ?? {};
      const state = rebuild(definition, { tenant, id: key, history: owner.history(id) });
      if (JSON.stringify(state) !== JSON.stringify(sagaOf(durable.state)))
        throw new Violation("I6", `${id} is not what its history folds to`);
    }
  }
}

const HOLDS: ReadonlySet<string> = new Set(["done", "unknown", "undoing", "undoUsedUp"]);

/**
 * Rule 3, asked of two states that follow each other: a step that is being undone now has no follower with an effect, and
 * none that is free should have come before it.
 */
function checkUndoOrder(definition: CompiledDefinition, before: SagaState, after: SagaState): void {
  const isTurned = after.status === "compensating";
  for (const step of definition.steps) {
    if (stepOf(after, step.name).status !== "undoing" || stepOf(before, step.name).status === "undoing") continue;
    const concerned = definition.steps.filter(
      ({ undo, name }) => undo !== undefined && (isTurned || stepOf(after, name).givenUp !== undefined),
    );
    const holding = concerned.filter(({ name }) => HOLDS.has(stepOf(after, name).status));
    const follower = holding.find(({ name }) => step.dependants.has(name));
    if (follower !== undefined) {
      throw new Violation(
        "I5",
        `${after.id}: ${step.name} is being undone while ${follower.name}, which depends on it, is ${stepOf(after, follower.name).status}`,
      );
    }
    if (definition.undoesInParallel || !isTurned) continue;
    const names = new Set(holding.map(({ name }) => name));
    for (const other of holding) {
      if (other === step || !["done", "unknown"].includes(stepOf(after, other.name).status)) continue;
      const isFree = [...other.dependants].every((name) => !names.has(name));
      if (isFree && comesBefore({ before, after }, other.name, step.name)) {
        throw new Violation("I5", `${after.id}: ${step.name} is being undone before ${other.name}, which is free and comes first`);
      }
    }
  }
}

/** Unknown before done, then the latest in history first. Said only where the step stood still since the state before. */
function comesBefore({ before, after }: { readonly before: SagaState; readonly after: SagaState }, other: string, chosen: string): boolean {
  const was = stepOf(before, chosen);
  const is = stepOf(after, other);
  if (was.status !== "done" && was.status !== "unknown") return false;
  if (is.status !== was.status) return is.status === "unknown";
  return is.order > was.order;
}
