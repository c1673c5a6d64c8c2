import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsIn, compileRead, lifecycleIn, Play, sentIn } from "./support/play.ts";

const NONE = "compensate: { none: reading only }";

const GUARDED = compileRead(`
saga: guarded
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, ${NONE} }
  b: { after: [a], if: start.country != "DE", done: BDone, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [b], done: CDone, failed: CFailed, timeout: 10s, ${NONE} }
`);
const abroad = { country: "FR" };
const home = { country: "DE" };

function begun(definition: ConstructorParameters<typeof Play>[0], payload: Parameters<Play["given"]>[1], ...events: string[]): Play {
  const play = new Play(definition);
  play.given("Started", payload);
  play.events(...events);
  return play;
}

test("rule 11: a step whose guard is false when it would open is skipped, and lets its followers open", () => {
  const play = begun(GUARDED, home, "ADone");
  assert.deepEqual(play.statuses, { a: "done", b: "skipped", c: "open" });
  play.event("CDone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("rule 11: a step whose guard is true opens", () => {
  assert.equal(begun(GUARDED, abroad, "ADone").status("b"), "open");
});

test("rule 1: a step that was done early beats its guard", () => {
  assert.deepEqual(begun(GUARDED, home, "BDone", "ADone").statuses, { a: "done", b: "done", c: "open" });
});

test("rule 1: a done of a skipped step is a late success: it is undone, although the saga runs on", () => {
  const play = begun(GUARDED, home, "ADone");
  assert.deepEqual(sentIn(play.event("BDone")), ["UndoB"]);
  assert.equal(play.state.status, "running");
  play.event("CDone");
  assert.equal(play.state.status, "running", "the saga does not complete over an undo in flight");
  play.event("BUndone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("an undo of a saga that runs on and is used up makes the saga stuck, and a late answer frees it", () => {
  const play = begun(GUARDED, home, "ADone", "BDone", "CDone");
  assert.deepEqual(alarmsIn(play.pass(3_500_000)), ["saga-stuck"]);
  assert.equal(play.state.status, "running");
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^the undo of b is used up/);
  play.event("BUndone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("the undo of a saga that runs on goes on when the saga turns", () => {
  const play = begun(GUARDED, home, "ADone", "BDone", "CFailed");
  assert.equal(play.state.status, "compensating");
  assert.deepEqual(play.sent, ["UndoB"]);
  assert.ok(play.state.timers["undoTimeout:b"], "its timeout still runs");
  play.event("BUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("a guard that can't be computed makes the saga stuck with the expression named; it never counts as false", () => {
  const play = begun(GUARDED, {}, "ADone");
  assert.equal(play.status("b"), "waiting");
  assert.match(
    play.state.stuck?.at(0)?.cause ?? "",
    /^`start\.country != "DE"` \(guard of b\) can't be computed \(No such key: country\)$/,
  );
  play.event("BDone");
  assert.equal(play.state.stuck, undefined, "an answer removes the cause");
  play.assertRefolds();
});

test("a guard that gives no truth value makes the saga stuck", () => {
  const odd = compileRead(`
saga: odd
start: { on: Started }
deadline: 1h
steps:
  a: { if: start.count, done: ADone, timeout: 10s, ${NONE} }
`);
  assert.match(begun(odd, { count: 3 }).state.stuck?.at(0)?.cause ?? "", /it gives a number, not true or false/);
});

const CHOICE = compileRead(`
saga: route
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, ${NONE} }
  express: { after: [a], choice: way, if: start.total > 100, done: ExpressDone, timeout: 10s, compensate: { emit: UndoExpress, done: ExpressUndone } }
  normal: { after: [a], choice: way, if: start.total > 10, done: NormalDone, timeout: 10s, compensate: { emit: UndoNormal, done: NormalUndone } }
  pickup: { after: [a], choice: way, otherwise: true, done: PickupDone, timeout: 10s, ${NONE} }
  label: { after: [normal], done: LabelDone, timeout: 10s, ${NONE} }
  last: { after: [express, label, pickup], done: LastDone, timeout: 10s, ${NONE} }
`);

test("rule 11: the first alternative in file order whose guard is true runs, the others are pruned with all that only they lead to", () => {
  const play = begun(CHOICE, { total: 500 }, "ADone");
  assert.deepEqual(play.statuses, {
    a: "done",
    express: "open",
    normal: "pruned",
    pickup: "pruned",
    label: "pruned",
    last: "waiting",
  });
  play.event("ExpressDone");
  assert.equal(play.status("last"), "open", "a pruned step is removed from `after`");
  play.event("LastDone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("rule 11: the second alternative is asked when the first is false, and none true means otherwise", () => {
  assert.deepEqual(begun(CHOICE, { total: 50 }, "ADone").statuses["normal"], "open");
  const play = begun(CHOICE, { total: 1 }, "ADone");
  assert.deepEqual([play.status("express"), play.status("normal"), play.status("pickup")], ["pruned", "pruned", "open"]);
});

test("rule 11: a choice waits for what comes before it", () => {
  const { statuses } = begun(CHOICE, { total: 500 });
  assert.deepEqual([statuses["express"], statuses["normal"], statuses["pickup"]], ["waiting", "waiting", "waiting"]);
});

test("rule 1: an alternative that was done early decides the choice, whatever the guards say", () => {
  const play = begun(CHOICE, { total: 500 }, "NormalDone");
  assert.deepEqual([play.status("express"), play.status("normal"), play.status("pickup")], ["pruned", "done", "pruned"]);
  play.event("ADone");
  assert.equal(play.status("express"), "pruned");
});

test("rule 1: of two alternatives that were done the first counts, the other is undone", () => {
  const play = begun(CHOICE, { total: 500 }, "NormalDone");
  assert.deepEqual(sentIn(play.event("ExpressDone")), ["UndoExpress"]);
  assert.equal(play.state.status, "running");
  const before = new Play(CHOICE);
  before.events("ExpressDone", "NormalDone");
  before.given("Started", { total: 500 });
  assert.deepEqual([before.status("express"), before.status("normal")], ["done", "undoing"]);
  before.assertRefolds();
});

test("rule 11: the decision is kept, although a fact that comes later would have decided otherwise", () => {
  const later = compileRead(`
saga: later
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 10s, ${NONE} }
  hint: { done: HintDone, timeout: 10m, optional: true, ${NONE} }
  left: { after: [a], choice: way, if: steps.hint != null, done: LeftDone, timeout: 10s, ${NONE} }
  right: { after: [a], choice: way, otherwise: true, done: RightDone, timeout: 10s, ${NONE} }
`);
  const play = begun(later, {}, "ADone", "HintDone");
  assert.deepEqual([play.status("left"), play.status("right")], ["pruned", "open"]);
  play.assertRefolds();
});

test("a guard of a choice that can't be computed holds the whole choice up", () => {
  const play = begun(CHOICE, {}, "ADone");
  assert.deepEqual([play.status("express"), play.status("normal"), play.status("pickup")], ["waiting", "waiting", "waiting"]);
  assert.equal(play.state.stuck?.at(0)?.step, "express");
});

const CHECKED = compileRead(`
saga: checked
start: { on: Started, if: event.total > 0 }
deadline: 1h
patience: 10m
steps:
  a: { done: ADone, timeout: 10s, ${NONE} }
`);

test("rule 1: a start whose guard is false marks the document declined for the patience; later events are counted only", () => {
  const play = new Play(CHECKED);
  play.given("Started", { total: 0 });
  assert.equal(play.state.status, "declined");
  assert.deepEqual(lifecycleIn(play.event("ADone")), []);
  play.given("Started", { total: 5 });
  assert.equal(play.state.status, "declined");
  play.pass(600_000);
  assert.equal(play.state.status, "awaiting");
  play.given("Started", { total: 5 });
  assert.equal(play.state.status, "running");
  play.assertRefolds();
});

test("a start whose guard can't be computed starts nothing, is alarmed with the expression, and a good start clears it", () => {
  const play = new Play(CHECKED);
  assert.deepEqual(alarmsIn(play.given("Started", {})), ["saga-stuck"]);
  assert.equal(play.state.status, "awaiting");
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /`event\.total > 0` \(guard of Started as start\)/);
  play.given("Started", { total: 5 });
  assert.deepEqual([play.state.status, play.state.stuck], ["running", undefined]);
  play.assertRefolds();
});
