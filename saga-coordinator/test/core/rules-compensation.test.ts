import assert from "node:assert/strict";
import { test } from "node:test";
import { nextDueAt } from "../../src/core/index.ts";
import { alarmsIn, compile, lifecycleIn, Play, sentIn } from "./support/play.ts";
import { chain, PARALLEL, playing } from "./support/sagas.ts";

test("rule 3: steps are undone one at a time, dependants first", () => {
  const play = playing(chain, "ADone", "BDone", "CFailed");
  assert.deepEqual(play.sent, ["UndoB"]);
  play.event("BUndone");
  assert.deepEqual(play.sent, ["UndoB", "UndoA"]);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
});

test("rule 3: among steps that do not depend on each other, unknown goes before done, then the latest in history first", () => {
  const play = playing(PARALLEL, "CDone", "ADone", "DFailed");
  play.events("BUndone", "AUndone", "CUndone");
  assert.deepEqual(play.sent, ["UndoB", "UndoA", "UndoC"]);
  assert.equal(play.state.status, "compensated");
});

test("rule 3: unknown steps that opened together go back in the reverse order of the file", () => {
  const play = playing(PARALLEL, "DFailed");
  play.events("CUndone", "BUndone", "AUndone");
  assert.deepEqual(play.sent, ["UndoC", "UndoB", "UndoA"]);
});

test("rule 3: what was done before the start keeps its place in history", () => {
  const play = new Play(PARALLEL);
  play.events("CDone", "ADone", "Started", "DFailed", "BUndone", "AUndone", "CUndone");
  assert.deepEqual(play.sent, ["UndoB", "UndoA", "UndoC"]);
});

test("rule 3: a command that failed explicitly and waits to be sent again has no effect to undo", () => {
  const waiting = compile(`
saga: s
start: { on: Started }
deadline: 1h
steps:
  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 1m, retry: { attempts: 5, backoff: 1m }, compensate: { emit: UndoA, done: AUndone } }
  d: { done: DDone, failed: DFailed, timeout: 1m, compensate: { none: it only decides } }
`);
  const play = playing(waiting, "AFailed", "DFailed");
  assert.deepEqual([play.sent, play.state.status], [["DoA"], "compensated"]);
});

test("rule 3: a step that never opened is not touched", () => {
  const play = playing(chain, "AFailed");
  assert.deepEqual(play.sent, []);
  assert.equal(play.status("b"), "waiting");
});

test("rule 4: a step that timed out gets its undo, since it may have happened", () => {
  const play = playing();
  assert.deepEqual(sentIn(play.pass(10_000)), ["UndoA"]);
  assert.deepEqual(lifecycleIn(play.effects), ["SagaStarted", "StepOpened", "StepTimedOut", "SagaCompensating", "StepUndoing"]);
});

test("rule 5: a done of a step that never opened, in a saga that is compensated, is undone too", () => {
  const play = playing(chain, "AFailed");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(sentIn(play.event("CDone")), ["UndoC"]);
  play.event("CUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("rule 5: a second answer to the first undo does not settle the undo that was sent once more", () => {
  const play = playing();
  play.pass(10_000);
  const first = play.requests.at(0)?.id ?? "";
  play.event("AUndone", { causationId: first });
  play.event("ADone");
  const second = play.requests.at(1)?.id ?? "";
  play.event("AUndone", { causationId: first });
  assert.equal(play.status("a"), "undoing");
  play.event("AUndone", { causationId: second });
  assert.equal(play.state.status, "compensated");
});

test("rule 5: a late answer to a step with nothing to undo never reopens a saga", () => {
  const play = playing(PARALLEL);
  play.pass(60_000);
  play.events("CUndone", "BUndone", "AUndone");
  assert.equal(play.state.status, "compensated");
  play.event("DDone");
  assert.equal(play.state.status, "compensated");
});

test("rule 5: failed after done is a contradiction that alarms; the effect still counts", () => {
  const play = playing(chain, "ADone");
  assert.deepEqual(alarmsIn(play.event("AFailed")), ["answer-contradicts"]);
  assert.equal(play.status("a"), "done");
});

test("rule 5: a failure settles a used-up undo only of a step that was never known to be done", () => {
  const used = compile(`
saga: s
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone, timeout: 10s, retry: { attempts: 1 } } }
`);
  const usedUp = (...meanwhile: string[]): Play => {
    const play = playing(used);
    play.pass(60_000);
    play.events(...meanwhile);
    play.pass(10_000);
    assert.equal(play.status("a"), "undoUsedUp");
    return play;
  };
  const silent = usedUp();
  silent.event("AFailed");
  assert.deepEqual([silent.status("a"), silent.state.status], ["failed", "compensated"]);
  const done = usedUp("ADone");
  assert.deepEqual(alarmsIn(done.event("AFailed")), ["answer-contradicts"]);
  assert.equal(done.status("a"), "undoUsedUp");
});

const STUBBORN = compile(`
saga: stubborn
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { after: [a], done: BDone, timeout: 1m, compensate: { emit: UndoB, done: BUndone, failed: UndoBFailed, timeout: 10s, retry: { attempts: 3, backoff: 1s, max: 2s } } }
  free: { done: FreeDone, timeout: 1m, compensate: { emit: UndoFree, done: FreeUndone } }
  d: { done: DDone, failed: DFailed, timeout: 1m, compensate: { none: it only decides } }
`);

test("rule 8: an undo is asked again under the same id after silence, and under the next attempt after a failure", () => {
  const play = playing(STUBBORN, "FreeDone", "ADone", "BDone", "DFailed");
  play.pass(12_000);
  play.event("UndoBFailed");
  play.pass(3_000);
  const undos = play.requests.filter(({ event }) => event === "UndoB");
  assert.deepEqual(
    undos.map(({ attempt, sending }) => [attempt, sending]),
    [
      [1, 1],
      [1, 2],
      [2, 3],
    ],
  );
  assert.equal(undos.at(0)?.id, undos.at(1)?.id);
  assert.notEqual(undos.at(1)?.id, undos.at(2)?.id);
});

test("rule 8: a used-up undo means stuck with an alarm; independent undos go on, and a late answer clears it", () => {
  const play = playing(STUBBORN, "FreeDone", "ADone", "BDone", "DFailed");
  const effects = play.pass(60_000);
  assert.deepEqual(alarmsIn(effects), ["saga-stuck"]);
  assert.deepEqual(play.state.stuck, [
    { step: "b", cause: "the undo of b is used up: no answer in 10s, 3 times", actions: ["retry", "settle-as-no-effect", "waive-undo"] },
  ]);
  assert.equal(play.status("free"), "undoing", "independent of b");
  assert.equal(play.status("a"), "done", "b depends on it, so it waits");
  play.event("FreeUndone");
  assert.equal(play.state.status, "compensating");
  assert.deepEqual(lifecycleIn(play.event("BUndone")), ["StepUndone", "StepUndoing", "SagaUnstuck"]);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("rule 8: backoff doubles to its limit, is shortened by at most a fifth, and is the same in every replay", () => {
  const ten = compile(`
saga: ten
start: { on: Started }
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone, timeout: 1s, retry: { attempts: 10, backoff: 1s, max: 8s } } }
`);
  const waits = (): readonly number[] => {
    const play = playing(ten);
    play.pass(60_000);
    return Array.from({ length: 5 }, () => {
      play.pass(1_000);
      const wait = (nextDueAt(play.state) ?? 0) - play.now;
      play.pass(wait);
      return wait;
    });
  };
  const first = waits();
  assert.deepEqual(waits(), first);
  [1_000, 2_000, 4_000, 8_000, 8_000].forEach((full, at) => {
    const wait = first[at] ?? 0;
    assert.ok(wait <= full && wait >= full * 0.8, `wait ${at} is ${wait}, expected ${full * 0.8} to ${full}`);
  });
});
