import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsIn, compile, lifecycleIn, sentIn } from "./support/play.ts";
import { CHAIN, playing } from "./support/sagas.ts";

const PIVOT = compile(`
saga: pivoted
start: { on: Started }
deadline: 5m
steps:
  a: { done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  side: { done: SideDone, timeout: 1m, compensate: { emit: UndoSide, done: SideUndone } }
  p:
    after: [a]
    pivot: true
    command: { emit: DoP }
    done: PDone
    failed: PFailed
    timeout: 10s
    retry: { attempts: 2, backoff: 1s, on: [timeout] }
  last: { after: [p], command: { emit: DoLast }, done: LastDone, failed: LastFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s } }
`);

test("rule 6: the pivot opens only when every required step that does not depend on it has settled", () => {
  const play = playing(PIVOT, "ADone");
  assert.equal(play.status("p"), "waiting", "side is still open");
  assert.deepEqual(sentIn(play.event("SideDone")), ["DoP"]);
});

test("rule 6: a pivot that fails explicitly for good turns the saga", () => {
  const play = playing(PIVOT, "ADone", "SideDone");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoSide"]);
  play.events("SideUndone", "AUndone");
  assert.equal(play.state.status, "compensated");
});

test("rule 6: a pivot that stays silent makes the saga stuck, naming step, cause and actions; it never turns it", () => {
  const play = playing(PIVOT, "ADone", "SideDone");
  const effects = play.pass(60_000);
  const alarm = effects.find(({ kind }) => kind === "alarm");
  assert.deepEqual(alarm, {
    kind: "alarm",
    code: "saga-stuck",
    definition: "pivoted",
    sagaId: "o-1",
    owner: undefined,
    step: "p",
    cause: "p is unknown (no answer in 10s, 2 times) and it is the pivot",
    actions: ["retry", "settle-as-done", "settle-as-failed"],
  });
  assert.deepEqual(lifecycleIn(effects), ["StepTimedOut", "SagaStuck"]);
  assert.equal(play.state.status, "running");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoSide"], "a late failure is explicit: now it may turn");
  assert.equal(play.state.stuck, undefined);
});

test("rule 6: after the pivot nothing is undone; a step is retried, then the saga is stuck, and a late done frees it", () => {
  const play = playing(PIVOT, "ADone", "SideDone", "PDone");
  play.event("LastFailed");
  play.pass(2_000);
  assert.deepEqual(alarmsIn(play.event("LastFailed")), ["saga-stuck"]);
  assert.equal(play.state.status, "running");
  assert.deepEqual(lifecycleIn(play.event("LastDone")), ["StepDone", "SagaUnstuck", "SagaCompleted"]);
  play.assertRefolds();
});

test("rule 7: the deadline turns a saga before the pivot", () => {
  const slow = playing(compile(CHAIN.replaceAll("timeout: 10s, ", "")), "ADone");
  assert.deepEqual(sentIn(slow.pass(3_600_000)), ["UndoB"]);
  assert.deepEqual(slow.state.turn, { step: null, cause: "the deadline of the saga passed", at: slow.now });
});

test("rule 7: while the pivot is open the deadline is remembered, and acts when the pivot fails for good", () => {
  const slow = compile(`
saga: slow
start: { on: Started }
deadline: 1m
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1h }
`);
  const play = playing(slow, "ADone");
  assert.deepEqual(play.pass(60_000), []);
  assert.equal(play.state.status, "running");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoA"]);
});

test("rule 7: after the pivot the deadline alarms once and the saga runs on", () => {
  const play = playing(PIVOT, "ADone", "SideDone", "PDone");
  play.pass(60_000);
  assert.deepEqual(alarmsIn(play.pass(10 * 60_000)), ["deadline-after-pivot"]);
  assert.equal(play.state.status, "running");
});

test("rule 13: a step that only the deadline could end makes the saga stuck when the deadline comes after the pivot", () => {
  const late = compile(`
saga: s
start: { on: Started }
deadline: 1m
steps:
  p: { pivot: true, command: { emit: DoP }, done: PDone, timeout: 10s }
  last: { after: [p], command: { emit: DoLast }, done: LastDone }
`);
  const play = playing(late, "PDone");
  assert.deepEqual(alarmsIn(play.pass(60_000)), ["deadline-after-pivot", "saga-stuck"]);
  assert.deepEqual(lifecycleIn(play.event("LastDone")), ["StepDone", "SagaUnstuck", "SagaCompleted"]);
});

const OPTIONAL = compile(`
saga: optional
start: { on: Started }
deadline: 1h
steps:
  extra: { optional: true, done: ExtraDone, failed: ExtraFailed, timeout: 10s, compensate: { emit: UndoExtra, done: ExtraUndone } }
  a: { after: [extra], done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  tell: { after: [a], optional: true, done: Told, timeout: 1h, compensate: { none: a message } }
`);

test("rule 9: an optional step satisfies what comes after it however it settles, and never turns the saga", () => {
  for (const ending of ["ExtraDone", "ExtraFailed"]) assert.equal(playing(OPTIONAL, ending).status("a"), "open");
  const silent = playing(OPTIONAL);
  silent.pass(10_000);
  assert.deepEqual([silent.state.status, silent.status("a")], ["running", "open"]);
});

test("rule 9: the end does not wait for optional steps, and their late done is accepted", () => {
  const play = playing(OPTIONAL, "ExtraDone", "ADone");
  assert.equal(play.state.status, "completed");
  assert.deepEqual(play.state.timers, {});
  play.event("Told");
  assert.deepEqual([play.state.status, play.status("tell")], ["completed", "done"]);
});

test("rule 9: an optional step with an effect is undone when the saga turns", () => {
  const play = playing(OPTIONAL);
  play.pass(10_000);
  play.events("ExtraDone", "AFailed");
  assert.deepEqual(play.sent, ["UndoExtra"]);
});
