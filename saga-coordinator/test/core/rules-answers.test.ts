import assert from "node:assert/strict";
import { test } from "node:test";
import { EARLY_LIMIT, effectText, nextDueAt } from "../../src/core/index.ts";
import { alarmsIn, compile, lifecycleIn, Play, sentIn } from "./support/play.ts";
import { COMMANDED, chain, playing } from "./support/sagas.ts";

test("rule 1: an event before its start is kept, and counts as soon as the start comes", () => {
  const play = new Play(chain);
  assert.deepEqual(play.event("ADone"), []);
  assert.equal(play.state.status, "awaiting");
  assert.deepEqual(lifecycleIn(play.event("Started")), ["SagaStarted", "StepDone", "StepOpened"]);
  assert.deepEqual(play.statuses, { a: "done", b: "open", c: "waiting" });
  play.assertRefolds();
});

test("rule 1: early events whose start does not come are kept and alarmed after the patience, and a late start still takes them up", () => {
  const play = new Play(chain);
  play.event("ADone");
  assert.equal(nextDueAt(play.state), play.now + 3_600_000);
  assert.deepEqual(alarmsIn(play.pass(3_600_000)), ["start-missing"]);
  assert.equal(play.state.status, "unmatched");
  play.event("Started");
  assert.equal(play.status("a"), "done");
  play.assertRefolds();
});

test("rule 1: a saga that has not started holds a bounded number of events, then they go to the dead letters", () => {
  const play = new Play(chain);
  for (let at = 0; at < EARLY_LIMIT; at++) play.event("ADone");
  assert.throws(() => play.event("ADone"), { code: "EARLY_EVENTS_FULL", disposition: "dead-letter" });
  assert.equal(play.state.early?.length, EARLY_LIMIT);
});

test("rule 1: an early failure turns the saga the moment it starts, and nothing is asked of anybody", () => {
  const play = new Play(chain);
  play.events("BFailed", "Started");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(play.sent, []);
  play.assertRefolds();
});

test("rule 1: an event that no step listens to is recorded as unexpected, with its name and why", () => {
  const [effect] = playing().event("Elsewhere");
  assert.equal(effect?.kind === "lifecycle" && effect.event, "UnexpectedEvent");
  assert.deepEqual(effect?.kind === "lifecycle" && effect.payload, {
    sagaId: "o-1",
    definition: "chain",
    version: 1,
    event: "Elsewhere",
    reason: "no step of the saga listens to it",
    at: 1_000_000,
  });
});

test("rule 2: an explicit failure is asked again under the next attempt, and turns the saga when attempts are used up", () => {
  const play = playing(COMMANDED);
  for (const attempt of [1, 2]) {
    assert.deepEqual(sentIn(play.event("AFailed")), [], `attempt ${attempt} failed: wait for the backoff`);
    assert.deepEqual(sentIn(play.pass(2_000)), ["DoA"]);
  }
  assert.deepEqual(
    play.requests.map(({ attempt, sending }) => [attempt, sending]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  );
  assert.equal(new Set(play.requests.map(({ id }) => id)).size, 3);
  play.event("AFailed");
  assert.equal(play.state.status, "compensated", "failed promises no effect, so nothing is to undo");
  assert.equal(play.state.turn?.cause, "AFailed after 3 sendings");
  play.assertRefolds();
});

test("effects: silence sends the same id again, since nobody knows whether the first one arrived", () => {
  const play = playing(COMMANDED);
  play.pass(12_000);
  const [first, second] = play.requests;
  assert.equal(play.requests.length, 2);
  assert.equal(first?.id, second?.id);
  assert.deepEqual(first?.payload, second?.payload);
});

test("rule 5: a failure of an older attempt changes nothing", () => {
  const play = playing(COMMANDED);
  const causationId = play.requests.at(0)?.id ?? "";
  play.event("AFailed", { causationId });
  play.pass(2_000);
  play.event("AFailed", { causationId });
  assert.equal(play.status("a"), "open");
  play.event("ADone");
  assert.deepEqual(alarmsIn(play.event("AFailed", { causationId })), [], "not even an alarm");
  assert.equal(play.state.status, "completed");
});

test("rule 2: a second copy of a failure, while nothing is in flight, does not use up an attempt", () => {
  const play = playing(COMMANDED);
  play.events("AFailed", "AFailed", "AFailed");
  assert.equal(play.status("a"), "open");
  assert.deepEqual(sentIn(play.pass(2_000)), ["DoA"]);
  assert.equal(play.requests.at(-1)?.attempt, 2);
});

test("rule 2: a copy of an earlier failure that comes after the step is done does not even alarm", () => {
  const play = playing(COMMANDED, "AFailed");
  play.pass(2_000);
  play.event("ADone");
  assert.deepEqual(play.event("AFailed"), []);
});

test("rule 2: `retry.on` decides which endings are asked again", () => {
  const onlySilence = compile(`
saga: s
start: { on: Started }
steps:
  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 10s, retry: { attempts: 3, on: [timeout] }, compensate: { none: reading only } }
`);
  assert.equal(playing(onlySilence, "AFailed").state.status, "compensated");
  const play = playing(onlySilence);
  assert.deepEqual(sentIn(play.pass(11_000)), ["DoA"]);
});

/** Two steps with one answer type: the checker refuses it, so it is built here without it. */
const TWINS = (() => {
  const one = compile(`
saga: twins
start: { on: Started }
deadline: 1h
steps:
  left: { command: { emit: DoLeft }, done: LeftDone, timeout: 1m, compensate: { emit: UndoLeft, done: LeftUndone } }
  right: { command: { emit: DoRight }, done: RightDone, timeout: 1m, compensate: { emit: UndoRight, done: RightUndone } }
`);
  const both = [
    { kind: "done", step: "left" },
    { kind: "done", step: "right" },
  ] as const;
  return { ...one, roles: new Map([...one.roles, ["Answered", both]]) };
})();

test("rule 12: an answer is matched by its effect first, then by the message it answers", () => {
  const play = playing(TWINS);
  play.event("Answered", {
    effect: effectText({ tenant: "default", definition: "twins", sagaId: "o-1", step: "right", element: "", round: 1 }),
  });
  assert.deepEqual(play.statuses, { left: "open", right: "done" });
  play.event("Answered", { causationId: play.requests.at(0)?.id ?? "" });
  assert.deepEqual(play.statuses, { left: "done", right: "done" });
});

test("rule 12: two matches that nothing tells apart are unexpected and alarm, and nobody moves", () => {
  const play = playing(TWINS);
  const effects = play.event("Answered");
  assert.deepEqual([lifecycleIn(effects), alarmsIn(effects)], [["UnexpectedEvent"], ["answer-ambiguous"]]);
  assert.deepEqual(play.statuses, { left: "open", right: "open" });
});

test("rule 12: an effect that was passed on from another step's request does not misdirect an answer", () => {
  const play = playing(COMMANDED);
  play.event("ADone", {
    effect: effectText({ tenant: "default", definition: "commanded", sagaId: "o-1", step: "elsewhere", element: "", round: 1 }),
  });
  assert.equal(play.status("a"), "done");
});

test("rule 14: a second start is recorded as unexpected, and the first stays", () => {
  const play = playing();
  const before = play.state.startedAt;
  play.now += 5_000;
  assert.deepEqual(lifecycleIn(play.event("Started")), ["UnexpectedEvent"]);
  assert.deepEqual([play.state.startedAt, play.state.unexpected], [before, 1]);
});

test("rule 16: an instance carries the definition and version it started with", () => {
  const { definition, version } = playing().state;
  assert.deepEqual([definition, version], ["chain", 1]);
  assert.match(chain.label, /^chain@1#[0-9a-f]{12}$/);
});
