import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRead, type Play, sentIn } from "./support/play.ts";
import { playing } from "./support/sagas.ts";

const yaml = (undo = "", more = "") => `
saga: replaced
start: { on: Started }
deadline: 1h
steps:
  primary: { done: PrimaryDone, failed: PrimaryFailed, timeout: 10s, fallback: second, compensate: { emit: UndoPrimary, done: PrimaryUndone${undo} }${more} }
  second: { command: { emit: DoSecond, with: { instead: steps.primary == null } }, done: SecondDone, failed: SecondFailed, timeout: 10s, compensate: { emit: UndoSecond, done: SecondUndone } }
  last: { after: [primary], done: LastDone, failed: LastFailed, timeout: 10s, compensate: { none: reading only } }
`;
const FALLBACK = compileRead(yaml());

function ended(play: Play, status: string): void {
  assert.equal(play.state.status, status);
  assert.deepEqual(play.state.timers, {});
  play.assertRefolds();
}

test("rule 10: a fallback does not open by itself, and is pruned when its primary is done", () => {
  const play = playing(FALLBACK);
  assert.equal(play.status("second"), "waiting");
  play.event("PrimaryDone");
  assert.deepEqual(play.statuses, { primary: "done", second: "pruned", last: "open" });
  play.event("LastDone");
  ended(play, "completed");
});

test("rule 10: a primary that fails for good is replaced, and the fallback satisfies its followers", () => {
  const play = playing(FALLBACK, "PrimaryFailed");
  assert.equal(play.state.status, "running");
  assert.deepEqual(play.sent, ["DoSecond"]);
  assert.deepEqual(play.requests.at(0)?.payload, { instead: true }, "steps.primary is null");
  assert.equal(play.status("last"), "waiting");
  play.event("SecondDone");
  assert.equal(play.status("last"), "open");
  play.event("LastDone");
  ended(play, "completed");
});

test("rule 10: a primary nobody knows of is undone, and that is confirmed, before the fallback opens", () => {
  const play = playing(FALLBACK);
  assert.deepEqual(sentIn(play.pass(10_000)), ["UndoPrimary"]);
  assert.equal(play.status("second"), "waiting");
  assert.deepEqual(sentIn(play.event("PrimaryUndone")), ["DoSecond"]);
  play.events("SecondDone", "LastDone");
  ended(play, "completed");
});

test("rule 10: a late success of a primary that was replaced is undone once more, and the saga runs on", () => {
  const play = playing(FALLBACK);
  play.pass(10_000);
  play.event("PrimaryUndone");
  assert.deepEqual(sentIn(play.event("PrimaryDone")), ["UndoPrimary"]);
  play.events("PrimaryUndone", "SecondDone", "LastDone");
  ended(play, "completed");
  assert.equal(play.status("primary"), "undone");
});

test("rule 10: a fallback that fails fails for its primary, and turns the saga", () => {
  const play = playing(FALLBACK, "PrimaryFailed", "SecondFailed");
  assert.equal(play.state.turn?.step, "second");
  ended(play, "compensated");
});

test("rule 10: a fallback of an optional primary that fails too is optional itself", () => {
  const play = playing(compileRead(yaml("", ", optional: true")), "PrimaryFailed", "SecondFailed");
  assert.equal(play.state.status, "running");
  play.event("LastDone");
  ended(play, "completed");
});

test("rule 3: a fallback is undone before the step that it replaced, and after what came after it", () => {
  const play = playing(FALLBACK, "PrimaryFailed", "SecondDone", "PrimaryDone", "LastFailed");
  // The late success of the primary was on its way to be undone when the saga turned.
  assert.deepEqual(play.sent, ["DoSecond", "UndoPrimary"]);
  play.event("PrimaryUndone");
  assert.equal(play.sent.at(-1), "UndoSecond");
  play.event("SecondUndone");
  ended(play, "compensated");
});

test("rule 10: a fallback that was done although its primary is done is undone", () => {
  const play = playing(FALLBACK, "SecondDone");
  assert.equal(play.status("second"), "done");
  assert.deepEqual(sentIn(play.event("PrimaryDone")), ["UndoSecond"]);
  play.events("SecondUndone", "LastDone");
  ended(play, "completed");
});

test("rule 10: chains go on until one is left", () => {
  const chain = compileRead(`
saga: chained
start: { on: Started }
deadline: 1h
steps:
  one: { done: OneDone, failed: OneFailed, timeout: 10s, fallback: two, compensate: { none: reading only } }
  two: { done: TwoDone, failed: TwoFailed, timeout: 10s, fallback: three, compensate: { none: reading only } }
  three: { done: ThreeDone, failed: ThreeFailed, timeout: 10s, compensate: { none: reading only } }
  last: { after: [one], done: LastDone, timeout: 10s, compensate: { none: reading only } }
`);
  const play = playing(chain, "OneFailed");
  play.pass(10_000);
  assert.deepEqual(play.statuses, { one: "failed", two: "unknown", three: "open", last: "waiting" });
  play.event("ThreeDone");
  assert.equal(play.status("last"), "open");
  assert.deepEqual(playing(chain, "OneDone").statuses, { one: "done", two: "pruned", three: "pruned", last: "open" });
  assert.equal(playing(chain, "OneFailed", "TwoFailed", "ThreeFailed").state.status, "compensated");
});

test("rule 4: an unknown step that is to be waited for is not undone until its late outcome tells", () => {
  const play = playing(compileRead(yaml(", whenUnknown: wait, timeout: 1m")));
  play.pass(10_000);
  assert.deepEqual(play.sent, []);
  assert.ok(play.state.timers["outcome:primary"]);
  play.event("PrimaryFailed");
  assert.deepEqual(play.sent, ["DoSecond"]);
  assert.equal(play.state.timers["outcome:primary"], undefined);
});

test("rule 4: a late done of an unknown step that is waited for beats its fallback", () => {
  const play = playing(compileRead(yaml(", whenUnknown: wait, timeout: 1m")));
  play.pass(10_000);
  play.event("PrimaryDone");
  assert.deepEqual(play.statuses, { primary: "done", second: "pruned", last: "open" });
  play.event("LastDone");
  ended(play, "completed");
});

const WAITING = compileRead(`
saga: outcome
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, with: { ref: steps.a.ref }, done: AUndone, whenUnknown: wait, timeout: 1m } }
  b: { done: BDone, timeout: 10m, compensate: { emit: UndoB, done: BUndone } }
`);

test("rule 4: the undo of a step that is waited for reads the late answer; other undos go on meanwhile", () => {
  const play = playing(WAITING, "BDone");
  play.pass(10_000);
  assert.deepEqual(play.sent, ["UndoB"], "a waits for its outcome");
  play.given("ADone", { ref: "r-7" });
  play.event("BUndone");
  assert.deepEqual(play.requests.at(-1)?.payload, { ref: "r-7" });
  play.event("AUndone");
  ended(play, "compensated");
});

test("rule 4: an outcome that does not come in time makes the saga stuck, and a late one frees it", () => {
  const play = playing(WAITING, "BDone");
  play.pass(10_000);
  play.event("BUndone");
  play.pass(60_000);
  assert.match(
    play.state.stuck?.at(0)?.cause ?? "",
    /^nobody knows whether a happened \(no answer in 10s\), and its undo can't do without its answer$/,
  );
  assert.equal(play.state.status, "compensating");
  play.event("AFailed");
  ended(play, "compensated");
});
