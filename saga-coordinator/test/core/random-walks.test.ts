import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import fc from "fast-check";
import type { CompiledDefinition, Effect, SagaState } from "../../src/core/index.ts";
import { Play } from "./support/play.ts";
import { CLERK, randomDefinition } from "./support/random-definition.ts";
import {
  assertSound,
  assertTurnsOnlyBeforePivot,
  assertUndoOrder,
  assertWaitsForSomething,
  bringToEnd,
  isGivenUp,
  owing,
  waitsForChild,
} from "./support/walk-laws.ts";

/** One thing that happens: an event the saga listens to (perhaps as the answer to a request), an act, or time passing. */
type Happening = {
  readonly event: number;
  readonly answers: number | undefined;
  readonly again: boolean;
  readonly act: number;
  readonly millis: number;
};
const happening: fc.Arbitrary<Happening> = fc.record({
  event: fc.nat(60),
  answers: fc.option(fc.nat(9), { nil: undefined }),
  again: fc.boolean(),
  act: fc.nat(60),
  millis: fc.constantFrom(0, 0, 0, 500, 2_000, 5_000, 21_000),
});
const start = fc.record({
  ...{ g0: fc.boolean(), g1: fc.boolean(), g2: fc.boolean(), g3: fc.boolean(), g4: fc.boolean(), g5: fc.boolean() },
  lines: fc.constantFrom<readonly string[]>([], ["a"], ["a", "b"], ["b", "a"]),
});
const walk = fc.record({
  definition: randomDefinition,
  start,
  happenings: fc.array(happening, { maxLength: 30 }),
  early: fc.nat(3),
});
type Walk = {
  readonly definition: CompiledDefinition;
  readonly start: Payload;
  readonly happenings: readonly Happening[];
  readonly early: number;
};

/** How often each rare state was reached, so that a walk that stays on the main road is noticed. */
type Reached = { [state: string]: number };

function perform({ definition, start: payload, happenings, early }: Walk, reached: Reached): Play {
  const play = new Play(definition);
  play.watch = (effects, before) => observe(play, { effects, before, reached });
  const events = [...definition.wants];
  happenings.forEach((happens, at) => {
    if (at === early) play.given("Started", payload);
    const { event, act, millis } = happens;
    const name = events[event % events.length] ?? "Started";
    const given = name === "Started" ? payload : answerOf(name, happens);
    play.event(name, { payload: given, role: CLERK, ...aboutOf(play, name, happens) });
    const asked = ACTS[act];
    if (asked !== undefined) play.fact({ kind: "act", identity: `act-${at}`, name: asked, data: { effect: "e" } });
    if (act === ACTS.length) loseAlias(play);
    if (millis > 0) play.pass(millis);
  });
  return play;
}
const ACTS = ["cancel", "undo"];

/** Another saga was faster with what this one has claimed. */
function loseAlias(play: Play): void {
  for (const value of play.state.claims?.["ref"] ?? []) {
    play.fact({ kind: "act", identity: `lost-${value}`, name: "aliasRefused", data: { alias: "ref", value, owner: "o-0" } });
  }
}

const CHILD_EVENTS = ["SagaCompleted", "SagaCompensated", "SagaDeclined", "SagaStuck", "SagaUnstuck"];

/** What an event says: an answer names its element and a value for the alias, a sub-saga its result. */
function answerOf(name: string, { event, again, millis }: Happening): Payload {
  if (name === "SagaCompleted") return { result: "{}" };
  if (name === "SagaStuck") return { cause: "nobody answers" };
  return { key: event > 30 ? "a" : "b", again, ref: millis === 500 ? "r-2" : "r-1" };
}

/** The request that the event claims to answer. A sub-saga always names the effect of its step. */
function aboutOf(play: Play, name: string, { answers, again }: Happening): { readonly causationId?: string; readonly effect?: string } {
  if (CHILD_EVENTS.includes(name)) {
    const children = play.requests.filter(({ childId, action }) => childId !== undefined && action === "do");
    const child = children.at((answers ?? 0) % Math.max(children.length, 1));
    return child === undefined ? {} : { effect: child.effect };
  }
  const request = answers === undefined ? undefined : play.requests.at(answers);
  return request === undefined ? {} : { causationId: request.id, ...(again ? { effect: request.effect } : {}) };
}
function observe(play: Play, { effects, before, reached }: { effects: readonly Effect[]; before: SagaState; reached: Reached }): void {
  assertWaitsForSomething(play);
  assertUndoOrder(play, effects);
  assertTurnsOnlyBeforePivot(play, { before, effects });
  const mark = (name: string, is: boolean): void => {
    if (is) reached[name] = (reached[name] ?? 0) + 1;
  };
  mark(play.state.status, before.status !== play.state.status);
  mark("stuck", before.stuck === undefined && play.state.stuck !== undefined);
  mark("unstuck", before.stuck !== undefined && play.state.stuck === undefined);
  mark("turned again", before.status === "compensated" && play.state.status !== "compensated");
  mark("deadline remembered", play.state.remembered?.by === "deadline");
  mark("remembered cancel", play.state.remembered?.by === "cancel");
  for (const { status, givenUp, round } of Object.values(play.state.steps)) {
    mark(status, status === "skipped" || status === "pruned");
    mark("replaced", givenUp === "replaced");
    mark("given up", givenUp !== undefined);
    mark("repeating", round !== undefined);
    mark("undone while running", status === "undone" && play.state.status === "running");
  }
  mark("alias claimed", before.claims === undefined && play.state.claims !== undefined);
  mark("alias lost", before.claimsRefused === undefined && play.state.claimsRefused !== undefined);
  for (const { name, human, child, each } of play.definition.steps) {
    const is = (status: string): boolean => play.status(name) === status && before.steps[name]?.status !== status;
    mark("human answered", human !== undefined && is("done"));
    mark("sub-saga undone", child !== undefined && is("undone"));
    mark("sub-saga stuck", play.state.steps[name]?.childStuck !== undefined);
    mark("element given up", each !== undefined && play.state.steps[name]?.givenUp === "pruned");
  }
  mark(
    "used up",
    Object.values(play.state.steps).some(({ status }) => status === "undoUsedUp"),
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
        !["running", "compensating"].includes(status) || stuck !== undefined || waitsForChild(play),
        `after an hour of silence it is ${status} and not stuck`,
      );
      bringToEnd(play);
      assertSound(play);
      assert.equal(owing(play).filter(({ step }) => isGivenUp(play, step)).length, 0, "what the saga did without is undone");
      assert.ok(!["running", "compensating"].includes(play.state.status), `once everybody answered it is still ${play.state.status}`);
    }),
    { numRuns: 1_500, seed: 7 },
  );
  for (const rare of [
    ...["skipped", "pruned", "replaced", "repeating", "given up", "declined", "remembered cancel", "undone while running"],
    ...["human answered", "sub-saga undone", "sub-saga stuck", "element given up", "alias claimed", "alias lost"],
    "completed",
    "compensated",
    "unmatched",
    "stuck",
    "unstuck",
    "turned again",
    "deadline remembered",
    "used up",
  ]) {
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
