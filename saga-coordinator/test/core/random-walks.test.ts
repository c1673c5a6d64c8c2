import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CompiledDefinition, type Effect, nextDueAt, type RequestEffect, type SagaState, stepOf } from "../../src/core/index.ts";
import { Play, requestsIn } from "./support/play.ts";
import { randomDefinition } from "./support/random-definition.ts";

/** One thing that happens: an event the saga listens to (perhaps as the answer to a request), or time passing. */
type Happening = { readonly event: number; readonly answers: number | undefined; readonly millis: number };
const happening: fc.Arbitrary<Happening> = fc.record({
  event: fc.nat(40),
  answers: fc.option(fc.nat(9), { nil: undefined }),
  millis: fc.constantFrom(0, 0, 0, 500, 2_000, 5_000, 21_000),
});
const walk = fc.record({ definition: randomDefinition, happenings: fc.array(happening, { maxLength: 30 }), early: fc.nat(3) });

/** How often each rare state was reached, so that a walk that stays on the main road is noticed. */
type Reached = { [state: string]: number };

function perform(
  { definition, happenings, early }: { definition: CompiledDefinition; happenings: readonly Happening[]; early: number },
  reached: Reached,
): Play {
  const play = new Play(definition);
  const events = [...definition.wants];
  happenings.forEach(({ event, answers, millis }, at) => {
    if (at === early) observe(play, () => play.event("Started"), reached);
    const causationId = answers === undefined ? undefined : play.requests.at(answers)?.id;
    const name = events[event % events.length] ?? "Started";
    observe(play, () => play.event(name, causationId === undefined ? {} : { causationId }), reached);
    if (millis > 0) observe(play, () => play.pass(millis), reached);
  });
  return play;
}

function observe(play: Play, act: () => readonly Effect[], reached: Reached): void {
  const before = play.state;
  const effects = act();
  assertWaitsForSomething(play.state);
  assertUndoOrder(play, effects);
  assertTurnsOnlyBeforePivot(play, { before, effects });
  const mark = (name: string, is: boolean): void => {
    if (is) reached[name] = (reached[name] ?? 0) + 1;
  };
  mark(play.state.status, before.status !== play.state.status);
  mark("stuck", before.stuck === undefined && play.state.stuck !== undefined);
  mark("unstuck", before.stuck !== undefined && play.state.stuck === undefined);
  mark("turned again", before.status === "compensated" && play.state.status !== "compensated");
  mark("deadline remembered", play.state.deadlinePassed === true);
  mark(
    "used up",
    Object.values(play.state.steps).some(({ status }) => status === "undoUsedUp"),
  );
}

const PENDING = ["done", "unknown", "undoing", "undoUsedUp"];

/** Rule 13: an instance has ended, is stuck (and alarmed), or some timer will move it. */
function assertWaitsForSomething(state: SagaState): void {
  const waits = nextDueAt(state) !== null || state.stuck !== undefined;
  if (state.status === "running" || state.status === "compensating") assert.ok(waits, `${state.status} waits for nothing`);
  if (state.status === "completed" || state.status === "compensated") {
    assert.equal(nextDueAt(state), null, "an ended saga wants no time");
    assert.equal(state.stuck, undefined, "an ended saga is not stuck");
  }
}

/** Rule 3, from the outside: looks only at the state after the fact in which the last undo was sent. */
function assertUndoOrder({ definition, state }: Play, effects: readonly Effect[]): void {
  const undoing = definition.steps.filter(({ name }) => stepOf(state, name).status === "undoing");
  assert.ok(undoing.length <= 1, "one undo at a time");
  const sent = requestsIn(effects).filter(({ kind }) => kind === "compensation");
  for (const step of undoing.filter(({ name }) => sent.at(-1)?.step === name && sent.at(-1)?.sending === 1)) {
    for (const dependant of step.dependants) {
      const has = definition.stepByName.get(dependant)?.undo !== undefined && PENDING.includes(stepOf(state, dependant).status);
      // A late success of a dependant may come while this undo is in flight; then it waits its turn.
      assert.ok(
        !has || effects.some((effect) => effect.kind === "lifecycle" && effect.event === "StepDone"),
        `${step.name} was undone before ${dependant}`,
      );
    }
  }
}

/** Rule 6. */
function assertTurnsOnlyBeforePivot(
  { definition, state }: Play,
  { before, effects }: { before: SagaState; effects: readonly Effect[] },
): void {
  if (before.turn !== undefined || state.turn === undefined) return;
  const answered = effects.some((effect) => effect.kind === "lifecycle" && effect.event === "StepDone");
  for (const { name } of definition.steps.filter(({ pivot }) => pivot)) {
    const { status } = stepOf(state, name);
    assert.ok(["waiting", "failed"].includes(status) || answered, `the saga turned while pivot ${name} is ${status}`);
  }
}

/** The same (effect, action, attempt) is the same message, and comes again only after silence. */
function assertEffectsAreSingle(requests: readonly RequestEffect[]): void {
  const byName = new Map<string, RequestEffect>();
  const nameById = new Map<string, string>();
  for (const request of requests) {
    const name = `${request.effect} ${request.action} ${request.attempt}`;
    const known = byName.get(name);
    if (known !== undefined) {
      assert.ok(request.sending > known.sending, `${name} was decided twice`);
      assert.deepEqual([request.id, request.payload], [known.id, known.payload], "sent again means the very same message");
    }
    assert.equal(nameById.get(request.id) ?? name, name, "one id, one meaning");
    byName.set(name, request);
    nameById.set(request.id, name);
  }
}

/** Lets everybody answer, and finds the saga ended. */
function bringToEnd(play: Play): void {
  for (let round = 0; round < 60 && (play.state.status === "running" || play.state.status === "compensating"); round++) {
    for (const { name } of play.definition.steps) {
      const { status } = stepOf(play.state, name);
      if (status === "undoing" || status === "undoUsedUp") play.event(`Undone${name}`);
      if (play.state.status === "running" && ["open", "failed", "unknown"].includes(status)) play.event(`Done${name}`);
    }
  }
}

/** What holds of every ended saga (I4), and of the whole of any walk. */
function assertSound(play: Play): void {
  const { definition, state } = play;
  play.assertRefolds();
  assertEffectsAreSingle(play.requests);
  const status = (name: string): string => stepOf(state, name).status;
  if (state.status === "completed")
    for (const { name, optional } of definition.steps) assert.ok(optional || status(name) === "done", `${name} is ${status(name)}`);
  if (state.status === "compensated")
    for (const { name, undo } of definition.steps)
      assert.ok(undo === undefined || !PENDING.includes(status(name)), `${name} is ${status(name)}`);
  const ends = play.effects.filter((effect) => effect.kind === "lifecycle" && ["SagaStarted", "SagaCompleted"].includes(effect.event));
  assert.equal(
    new Set(ends.map((effect) => effect.kind === "lifecycle" && effect.event)).size,
    ends.length,
    "started and completed at most once",
  );
}

test("on every path of random events and timers the saga ends or waits for something, undoes in order, and its history folds to its state", () => {
  const reached: Reached = {};
  fc.assert(
    fc.property(walk, (given) => {
      const play = perform(given, reached);
      assertSound(play);
      play.pass(3_600_000);
      const { status, stuck } = play.state;
      assert.ok(
        !["running", "compensating"].includes(status) || stuck !== undefined,
        `after an hour of silence it is ${status} and not stuck`,
      );
      bringToEnd(play);
      assertSound(play);
      assert.ok(!["running", "compensating"].includes(play.state.status), `once everybody answered it is still ${play.state.status}`);
    }),
    { numRuns: 1_500, seed: 7 },
  );
  for (const rare of ["completed", "compensated", "unmatched", "stuck", "unstuck", "turned again", "deadline remembered", "used up"]) {
    assert.ok((reached[rare] ?? 0) > 5, `the walks reached "${rare}" ${reached[rare] ?? 0} times: ${JSON.stringify(reached)}`);
  }
});

test("the same facts give the same effects, byte for byte", () => {
  fc.assert(
    fc.property(walk, (given) => {
      const [first, second] = [perform(given, {}), perform(given, {})];
      assert.deepEqual(second.effects, first.effects);
      assert.equal(JSON.stringify(second.state), JSON.stringify(first.state));
    }),
    { numRuns: 100, seed: 11 },
  );
});
