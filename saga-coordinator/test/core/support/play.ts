import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createIds, type EventFact, type Ids, type Payload } from "@troupe/kernel";
import { readDefinition } from "../../../src/core/definition/read/read-definition.ts";
import { openSource } from "../../../src/core/definition/read/source.ts";
import {
  beginSaga,
  type ChildContract,
  type CompiledDefinition,
  compileDefinition,
  type Effect,
  formatProblem,
  type KnownEvent,
  type Reaction,
  type RequestEffect,
  react,
  rebuild,
  type SagaState,
  stepOf,
  timerFacts,
} from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";
import { treeOf } from "../../../src/reading/yaml-tree.ts";

export const ids: Ids = createIds((data) => createHash("sha256").update(data).digest());

/** Parses and compiles, and fails the test with every problem when the definition has one. */
export function compile(yaml: string, events?: readonly KnownEvent[]): CompiledDefinition {
  const { definition, problems } = parseDefinition(yaml, { file: "test.saga.yaml", ...(events === undefined ? {} : { events }) });
  assert.ok(definition !== undefined, problems.map(formatProblem).join("\n"));
  return compileDefinition(definition, { version: 1, ids, ...(events === undefined ? {} : { events }) });
}

/** Reads and compiles without the checks, for what this test alone is about: how a saga folds. */
export function compileRead(yaml: string, children?: ReadonlyMap<string, ChildContract>): CompiledDefinition {
  const source = openSource(treeOf(yaml), "test.saga.yaml");
  const definition = readDefinition(source);
  assert.ok(definition !== undefined && source.problems.length === 0, source.problems.map(formatProblem).join("\n"));
  return compileDefinition(definition, { version: 1, ids, ...(children === undefined ? {} : { children }) });
}

export type Answering = {
  readonly payload?: Payload;
  readonly effect?: string;
  readonly causationId?: string;
  readonly role?: string;
  readonly source?: string;
};

/**
 * One saga instance on a virtual clock, given facts and asked what it is. Every fact is also a test that the state
 * that was given stays untouched; `assertRefolds` tests the history.
 */
export class Play {
  readonly definition: CompiledDefinition;
  state: SagaState;
  now = 1_000_000;
  /** Called after every single fact, also when `pass` folds several. */
  watch: ((effects: readonly Effect[], before: SagaState) => void) | undefined;
  readonly effects: Effect[] = [];
  readonly history: { order: number; at: number; entry: Reaction["history"][number] }[] = [];
  #count = 0;

  constructor(definition: CompiledDefinition, state?: SagaState) {
    this.definition = definition;
    this.state = state ?? beginSaga(definition, { tenant: "default", id: "o-1" });
  }

  /** Delivers an event; returns what the coordinator does about it. */
  event(name: string, answering: Answering = {}): readonly Effect[] {
    return this.#fold(eventFact(name, { ...answering, id: `${name}-${++this.#count}` }));
  }

  /** Delivers an event with a payload. */
  given(name: string, payload: Payload): readonly Effect[] {
    return this.event(name, { payload });
  }

  events(...names: string[]): readonly Effect[] {
    return names.flatMap((name) => this.event(name));
  }

  /** Lets time pass, folding every timer when it is due. Returns the effects of all of them. */
  pass(millis: number): readonly Effect[] {
    const end = this.now + millis;
    const all: Effect[] = [];
    for (let due = earliest(this.state, end); due !== undefined; due = earliest(this.state, end)) {
      this.now = Math.max(this.now, due);
      const [fact] = timerFacts(this.definition, this.state, this.now);
      assert.ok(fact, "a timer that is due gives a fact");
      all.push(...this.#fold(fact));
    }
    this.now = end;
    return all;
  }

  fact(fact: Parameters<typeof react>[2]["fact"]): readonly Effect[] {
    return this.#fold(fact);
  }

  #fold(fact: Parameters<typeof react>[2]["fact"]): readonly Effect[] {
    const before = JSON.stringify(this.state);
    const previous = this.state;
    const reaction = react(this.definition, this.state, { fact, now: this.now });
    assert.equal(JSON.stringify(previous), before, "the state that was given is never touched");
    this.state = reaction.state;
    for (const entry of reaction.history) this.history.push({ order: this.history.length + 1, at: this.now, entry });
    this.effects.push(...reaction.effects);
    this.watch?.(reaction.effects, previous);
    return reaction.effects;
  }

  /** Fails unless the history, gone through JSON, folds to this very state. */
  assertRefolds(): void {
    const { tenant, id } = this.state;
    const history: typeof this.history = JSON.parse(JSON.stringify(this.history));
    const again = rebuild(this.definition, { tenant, id, history });
    assert.deepEqual(JSON.parse(JSON.stringify(again)), again, "a state is plain JSON");
    assert.deepEqual(again, this.state, "state = fold(history)");
  }

  status(step: string): string {
    return stepOf(this.state, step).status;
  }

  get statuses(): { readonly [step: string]: string } {
    return Object.fromEntries(this.definition.steps.map(({ name }) => [name, this.status(name)]));
  }

  get requests(): readonly RequestEffect[] {
    return requestsIn(this.effects);
  }

  /** Short names of the requests sent so far, in order. */
  get sent(): readonly string[] {
    return this.requests.map(({ event }) => event);
  }
}

export function eventFact(
  name: string,
  { id = name, payload = {}, effect, causationId, role, source = "/services/test" }: Answering & { readonly id?: string } = {},
): EventFact {
  return {
    kind: "event",
    identity: `identity-${id}`,
    name,
    envelope: {
      id,
      type: `shop.test.${name}`,
      source,
      time: 1_000_000,
      tenant: "default",
      ...(effect === undefined ? {} : { effect }),
      ...(causationId === undefined ? {} : { causationId }),
      ...(role === undefined ? {} : { role }),
    },
    payload,
    origin: { topic: "test", partition: 0, offset: 0 },
  };
}

function earliest({ timers }: SagaState, end: number): number | undefined {
  const due = Object.values(timers)
    .map(({ dueAt }) => dueAt)
    .filter((at) => at <= end);
  return due.length === 0 ? undefined : Math.min(...due);
}

export function requestsIn(effects: readonly Effect[]): readonly RequestEffect[] {
  return effects.filter((effect): effect is RequestEffect => effect.kind === "command" || effect.kind === "compensation");
}

export const sentIn = (effects: readonly Effect[]): readonly string[] => requestsIn(effects).map(({ event }) => event);
export const lifecycleIn = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === "lifecycle" ? [effect.event] : []));
export const alarmsIn = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === "alarm" ? [effect.code] : []));
