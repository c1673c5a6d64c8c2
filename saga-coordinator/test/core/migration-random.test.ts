import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CompiledDefinition, MIGRATE, react, rebuild, type SagaState, type StepPlan, timerFacts } from "../../src/core/index.ts";
import { compileRead, eventFact, requestsIn } from "./support/play.ts";
import { randomDefinition } from "./support/random-definition.ts";

const happening = fc.record({ event: fc.nat(60), answers: fc.nat(9), claims: fc.boolean(), cancel: fc.nat(30), millis: fc.nat(25_000) });
type Happening = {
  readonly event: number;
  readonly answers: number;
  readonly claims: boolean;
  readonly cancel: number;
  readonly millis: number;
};
type Migrating = { readonly to: CompiledDefinition; readonly steps: StepPlan; readonly at: number };

type Request = ReturnType<typeof requestsIn>[number];
type Lived = { readonly state: SagaState; readonly requests: readonly Request[]; readonly migrated: boolean };

/** Lets everything happen, and a migration before one of the happenings; checks at the end that the history folds to the state. */
function lived(first: CompiledDefinition, happenings: readonly Happening[], migrating?: Migrating): Lived {
  const versions = (label: string): CompiledDefinition => (label === first.label ? first : (migrating?.to ?? first));
  let definition = first;
  let state = rebuild(first, { tenant: "default", id: "o-1", history: [] });
  let now = 1_000_000;
  const requests: Request[] = [];
  const history: { at: number; entry: ReturnType<typeof react>["history"][number] }[] = [];
  const fold = (fact: Parameters<typeof react>[2]["fact"]): void => {
    const reaction = react(definition, state, { fact, now, versions });
    ({ state, definition } = reaction);
    requests.push(...requestsIn(reaction.effects));
    for (const entry of reaction.history) history.push({ at: now, entry });
  };
  const pass = (millis: number): void => {
    const end = now + millis;
    for (;;) {
      const due = Math.min(...Object.values(state.timers).map(({ dueAt }) => dueAt));
      if (due > end) break;
      now = Math.max(now, due);
      const [fact] = timerFacts(definition, state, now);
      assert.ok(fact);
      fold(fact);
    }
    now = end;
  };
  const events = [...first.wants];
  fold(eventFact("Started", { payload: { g0: true, g1: false, g2: true, g3: false, g4: true, g5: false, lines: ["a", "b"] } }));
  happenings.forEach(({ event, answers, claims, cancel, millis }, at) => {
    if (at === migrating?.at) {
      const data = { by: "ann", role: "operator", reason: "why", payload: { to: migrating.to.label, steps: migrating.steps } };
      fold({ kind: "act", identity: "migration", name: MIGRATE, data });
    }
    const request = requests.at(answers);
    const about = claims && request !== undefined ? { causationId: request.id, effect: request.effect } : {};
    fold(eventFact(events[event % events.length] ?? "Started", { id: `e-${at}`, payload: { key: "a", again: event > 30 }, ...about }));
    if (cancel === 0) fold({ kind: "act", identity: `act-${at}`, name: "cancel", data: { by: "ann", role: "operator", reason: "why" } });
    pass(millis);
  });
  pass(100_000);
  const again = rebuild(definition, { tenant: "default", id: "o-1", history: JSON.parse(JSON.stringify(history)) }, versions);
  assert.deepEqual(again, state, "state = fold(history)");
  return { state, requests, migrated: definition !== first };
}

const asVersion = (compiled: CompiledDefinition, version: number): CompiledDefinition => ({
  ...compiled,
  version,
  label: `${compiled.name}@${version}#${compiled.hash}`,
});
/** The effect that an undo of a sub-saga says is that of a step, which may have a new name. */
const said = ({ requests }: Lived) =>
  requests.map(({ event, payload: { effect: _, ...payload }, attempt, sending, action }) => ({ event, payload, attempt, sending, action }));
const stands = ({ state }: Lived, name: (step: string) => string = (step) => step) => ({
  status: state.status,
  steps: Object.fromEntries(Object.entries(state.steps).map(([step, { status }]) => [name(step), status])),
});

test("a migration to the same content changes nothing of what happens afterwards, wherever it comes", () => {
  let migrations = 0;
  fc.assert(
    fc.property(randomDefinition, fc.array(happening, { maxLength: 20 }), fc.nat(12), (definition, happenings, at) => {
      const without = lived(definition, happenings);
      const migrated = lived(definition, happenings, { to: asVersion(definition, 2), steps: {}, at });
      if (migrated.migrated) migrations += 1;
      assert.deepEqual(said(migrated), said(without));
      assert.deepEqual(
        migrated.requests.map(({ id, effect }) => [id, effect]),
        without.requests.map(({ id, effect }) => [id, effect]),
      );
      assert.deepEqual(stands(migrated), stands(without));
    }),
    { numRuns: 300, seed: 5 },
  );
  assert.ok(migrations > 50, `${migrations} migrations were carried out`);
});

test("with every step under a new name everything goes on as it would have, and what was asked for keeps its effect", () => {
  let migrations = 0;
  fc.assert(
    fc.property(randomDefinition, fc.array(happening, { maxLength: 20 }), fc.nat(12), (definition, happenings, at) => {
      const yaml = String(Object(definition)[fc.toStringMethod]()); // the text that it was made of
      const children = new Map(definition.steps.flatMap(({ child }) => (child === undefined ? [] : [[child.saga, child]])));
      const renamed = asVersion(compileRead(yaml.replace(/\bs(\d+)(?=[:,.\]} ]|$)/gm, "t$1"), children), 2);
      const steps = Object.fromEntries(definition.steps.map(({ name }) => [name, name.replace("s", "t")]));
      const without = lived(definition, happenings);
      const migrated = lived(definition, happenings, { to: renamed, steps, at });
      if (!migrated.migrated) return;
      migrations += 1;
      assert.deepEqual(said(migrated), said(without));
      assert.deepEqual(
        stands(migrated),
        stands(without, (step) => step.replace("s", "t")),
      );
      for (const { action, effect, step } of migrated.requests) {
        const done = migrated.requests.find((other) => other.action === "do" && [step, step.replace("t", "s")].includes(other.step));
        if (action === "undo" && done !== undefined) assert.equal(effect, done.effect, "an undo names the effect that was asked for");
      }
    }),
    { numRuns: 300, seed: 6 },
  );
  assert.ok(migrations > 50, `${migrations} migrations were carried out`);
});
