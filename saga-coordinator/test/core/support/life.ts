import assert from "node:assert/strict";
import type { Payload } from "@troupe/kernel";
import {
  type ChildContract,
  type CompiledDefinition,
  MIGRATE,
  planMigration,
  react,
  rebuild,
  type StepPlan,
  stepOf,
  timelineOf,
  timerFacts,
} from "../../../src/core/index.ts";
import { compileRead, eventFact } from "./play.ts";

/** A definition under a number and a label of its own. */
export const version = (number: number, yaml: string, children?: ReadonlyMap<string, ChildContract>): CompiledDefinition => {
  const compiled = compileRead(yaml, children);
  return { ...compiled, version: number, label: `${compiled.name}@${number}#${compiled.hash}` };
};

export type Effects = ReturnType<typeof react>["effects"];

/** An instance that may change its version while it runs, with the laws checked at every fact. */
export class Life {
  definition: CompiledDefinition;
  state;
  now = 1_000_000;
  readonly history: { order: number; at: number; entry: ReturnType<typeof react>["history"][number] }[] = [];
  readonly #versions: readonly CompiledDefinition[];
  #count = 0;

  constructor(...versions: readonly [CompiledDefinition, ...CompiledDefinition[]]) {
    this.#versions = versions;
    this.definition = versions[0];
    this.state = rebuild(this.definition, { tenant: "default", id: "o-1", history: [] });
  }

  event(name: string, payload: Payload = {}, about: { causationId?: string; effect?: string } = {}): Effects {
    return this.fact(eventFact(name, { id: `${name}-${++this.#count}`, payload, ...about }));
  }

  events(...names: readonly string[]): void {
    for (const name of names) this.event(name);
  }

  migrate(to: CompiledDefinition, steps: StepPlan = {}): Effects {
    const data = { by: "ann", role: "operator", reason: "a better version", payload: { to: to.label, steps } };
    return this.fact({ kind: "act", identity: `act-${++this.#count}`, name: MIGRATE, data });
  }

  pass(millis: number): Effects {
    const end = this.now + millis;
    const effects: Effects[number][] = [];
    for (;;) {
      const due = Math.min(...Object.values(this.state.timers).map(({ dueAt }) => dueAt));
      if (due > end) break;
      this.now = Math.max(this.now, due);
      const [fact] = timerFacts(this.definition, this.state, this.now);
      assert.ok(fact);
      effects.push(...this.fact(fact));
    }
    this.now = end;
    return effects;
  }

  fact(fact: Parameters<typeof react>[2]["fact"]): Effects {
    const reaction = react(this.definition, this.state, { fact, now: this.now, versions: this.versions });
    this.state = reaction.state;
    this.definition = reaction.definition;
    for (const entry of reaction.history) this.history.push({ order: this.history.length + 1, at: this.now, entry });
    const history: typeof this.history = JSON.parse(JSON.stringify(this.history));
    const again = rebuild(this.definition, { tenant: "default", id: "o-1", history }, this.versions);
    assert.deepEqual(again, this.state, "state = fold(history), also across a migration");
    return reaction.effects;
  }

  versions = (label: string): CompiledDefinition => {
    const found = this.#versions.find((one) => one.label === label);
    assert.ok(found, `${label} is known`);
    return found;
  };

  get story(): readonly string[] {
    const timeline = timelineOf(this.definition, { tenant: "default", id: "o-1", history: this.history }, this.versions);
    return timeline.flatMap(({ changes }) => changes.map(({ text }) => text));
  }

  status(step: string): string {
    return stepOf(this.state, step).status;
  }
}

/** CHAIN without its second step. */
export const NO_B = `
saga: chain
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed } }
  c: { after: [a], done: CDone, failed: CFailed, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }
`;

/** One commanded step that is asked up to five times. */
export const COMMANDED = `
saga: asked
start: { on: Started }
deadline: 1h
steps:
  pay:
    command: { emit: PayRequested, with: { total: start.total } }
    done: Paid
    failed: NotPaid
    timeout: 10s
    retry: { attempts: 5, backoff: 1s, jitter: 0 }
    compensate: { emit: PayBack, with: { total: start.total }, done: PaidBack, timeout: 10s, retry: { attempts: 3, backoff: 1s, jitter: 0 } }
`;

/** Why the saga can't go on under the other version. */
export const problems = (life: Life, to: CompiledDefinition, steps: StepPlan = {}): readonly string[] =>
  planMigration({ from: life.definition, to, saga: life.state, steps }).problems;
