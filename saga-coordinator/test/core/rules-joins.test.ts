import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompiledDefinition } from "../../src/core/index.ts";
import { alarmsIn, compileRead, type Play } from "./support/play.ts";
import { chain, playing } from "./support/sagas.ts";

/** Three extras in parallel, and a step after some of them. */
const extras = (after: string, more = ""): CompiledDefinition =>
  compileRead(`
saga: extras
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, done: AUndone } }
  b: { done: BDone, failed: BFailed, timeout: 20s, compensate: { emit: UndoB, done: BUndone } }
  c: { done: CDone, failed: CFailed, timeout: 30s, compensate: { emit: UndoC, done: CUndone } }
  joined: { after: ${after}, done: JoinedDone, failed: JoinedFailed, timeout: 1m, compensate: { emit: UndoJoined, done: JoinedUndone }${more} }
`);
const TWO = extras("{ atLeast: 2, of: [a, b, c] }");
const ANY = extras("{ any: [a, b] }");

const ended = (play: Play, status: string): void => {
  assert.equal(play.state.status, status);
  assert.deepEqual(play.state.timers, {});
  play.assertRefolds();
};

test("rule 2: a step after any of several opens with the first that is done, and not again with the next", () => {
  const play = playing(ANY);
  assert.equal(play.status("joined"), "waiting");
  play.event("BDone");
  assert.equal(play.status("joined"), "open");
  const { openedAt } = play.state.steps["joined"] ?? {};
  play.now += 5;
  play.event("ADone");
  assert.equal(play.state.steps["joined"]?.openedAt, openedAt);
});

test("rule 2: a step after at least two of three waits for the second", () => {
  const play = playing(TWO, "CDone");
  assert.equal(play.status("joined"), "waiting");
  play.event("ADone");
  assert.equal(play.status("joined"), "open");
});

test("rule 2: a member that fails is tolerated while the join can still be met", () => {
  const play = playing(TWO, "AFailed");
  assert.equal(play.state.status, "running");
  play.events("BDone", "CDone", "JoinedDone");
  ended(play, "completed");
});

test("rule 2: a member that stays silent is tolerated too, and a saga waits for it before it completes", () => {
  const play = playing(TWO, "BDone", "CDone", "JoinedDone");
  assert.equal(play.state.status, "running", "a is still open");
  play.pass(10_000);
  ended(play, "completed");
  assert.equal(play.status("a"), "unknown");
});

test("rule 2: a join that can no longer be met is a failure of the joined step, and turns the saga", () => {
  const play = playing(TWO, "ADone", "BFailed", "CFailed");
  assert.equal(play.status("joined"), "failed");
  assert.deepEqual(play.state.turn?.step, "joined");
  assert.match(play.state.turn?.cause ?? "", /^2 of a, b, c must be done, and too few still can be$/);
  assert.deepEqual(play.sent, ["UndoA"]);
  play.event("AUndone");
  ended(play, "compensated");
});

test("rule 2: a join of an optional step that can no longer be met fails the step and not the saga", () => {
  const play = playing(extras("{ atLeast: 2, of: [a, b, c] }", ", optional: true"), "ADone", "BFailed", "CFailed");
  assert.equal(play.status("joined"), "failed");
  ended(play, "completed");
});

test("rule 2: a member that another step needs in a plain list is not tolerated", () => {
  const strict = compileRead(`
saga: strict
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { none: reading only } }
  b: { done: BDone, failed: BFailed, timeout: 10s, compensate: { none: reading only } }
  joined: { after: { any: [a, b] }, done: JoinedDone, timeout: 1m, compensate: { none: reading only } }
  needsA: { after: [a], done: NeedsDone, timeout: 1m, compensate: { none: reading only } }
`);
  assert.equal(playing(strict, "BDone", "AFailed").state.status, "compensated");
  assert.equal(playing(strict, "ADone", "BFailed").state.status, "running");
});

test("rule 3: when the saga turns, surplus members are undone as well, after the step that they led to", () => {
  const play = playing(TWO, "ADone", "BDone", "CDone", "JoinedFailed");
  assert.deepEqual(play.sent, ["UndoC"]);
  play.events("CUndone", "BUndone", "AUndone");
  assert.deepEqual(play.sent, ["UndoC", "UndoB", "UndoA"]);
  ended(play, "compensated");
});

test("rule 3: a joined step is undone before every member, also those that it did not wait for", () => {
  const play = playing(ANY, "ADone", "JoinedDone", "BDone");
  play.pass(3_600_000);
  // c was silent: the saga turned at its timeout.
  assert.deepEqual(play.sent.slice(0, 1), ["UndoC"]);
  play.event("CUndone");
  assert.equal(play.sent.at(-1), "UndoJoined");
});

test("rule 6: a pivot after a join waits until surplus members have settled, since nothing is undone after it", () => {
  const pivoted = compileRead(`
saga: pivoted
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, done: AUndone } }
  b: { done: BDone, failed: BFailed, timeout: 20s, compensate: { emit: UndoB, done: BUndone } }
  p: { after: { any: [a, b] }, pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m }
`);
  const play = playing(pivoted, "ADone");
  assert.equal(play.status("p"), "waiting");
  play.event("BFailed");
  assert.equal(play.status("p"), "open");
  assert.deepEqual(alarmsIn(play.event("PDone")), []);
  ended(play, "completed");
});

test("rule 1: after a step that was done early, a follower still waits for what comes before that step", () => {
  const play = playing(chain, "BDone");
  assert.deepEqual(play.statuses, { a: "open", b: "done", c: "waiting" });
  play.event("ADone");
  assert.equal(play.status("c"), "open");
});

test("parallel compensation: undos that do not wait for each other are sent together, the others in order", () => {
  const yaml = (order: string) => `
saga: together
compensation: ${order}
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 10s, compensate: { emit: UndoA, done: AUndone } }
  b: { after: [a], done: BDone, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [a], done: CDone, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }
  d: { after: [b, c], done: DDone, failed: DFailed, timeout: 10s, compensate: { none: it only decides } }
`;
  const together = playing(compileRead(yaml("parallel")), "ADone", "BDone", "CDone", "DFailed");
  assert.deepEqual(together.sent, ["UndoC", "UndoB"]);
  together.event("BUndone");
  assert.deepEqual(together.sent, ["UndoC", "UndoB"], "a waits for both");
  together.event("CUndone");
  assert.deepEqual(together.sent, ["UndoC", "UndoB", "UndoA"]);
  together.event("AUndone");
  ended(together, "compensated");
  const alone = playing(compileRead(yaml("reverse")), "ADone", "BDone", "CDone", "DFailed");
  assert.deepEqual(alone.sent, ["UndoC"]);
});
