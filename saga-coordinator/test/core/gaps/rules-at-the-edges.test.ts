import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { alarmsIn, compileRead, Play, sentIn } from "../support/play.ts";
import { COMMANDED, chain, playing } from "../support/sagas.ts";

const NONE = "compensate: { none: reading only }";
const saga = (steps: string, more = "") => compileRead(`saga: s\nstart: { on: Started }\ndeadline: 10h\n${more}steps:\n${steps}`);

function begun(definition: ReturnType<typeof saga>, payload: Payload = {}, ...events: readonly string[]): Play {
  const play = new Play(definition);
  play.given("Started", payload);
  play.events(...events);
  return play;
}
const cancel = (play: Play) => play.fact({ kind: "act", identity: "cancel", name: "cancel", data: {} });

test("an expression that gives null, a list or a number is no guard: the saga gets stuck and says which kind it got", () => {
  for (const [value, kind] of [
    [null, "null"],
    [["a"], "a list"],
    [3, "a number"],
    ["yes", "a string"],
  ] as const) {
    const play = begun(saga(`  a: { if: start.flag, done: ADone, timeout: 1m, ${NONE} }\n`), { flag: value });
    assert.match(play.state.stuck?.[0]?.cause ?? "", new RegExp(`it gives ${kind}, not true or false`));
    play.assertRefolds();
  }
});

test("a choice none of whose guards is true holds the saga up when it has no otherwise", () => {
  const play = begun(
    saga(
      `  a: { choice: way, if: start.a, done: ADone, timeout: 1m, ${NONE} }\n  b: { choice: way, if: start.b, done: BDone, timeout: 1m, ${NONE} }\n`,
    ),
    { a: false, b: false },
  );
  assert.match(play.state.stuck?.[0]?.cause ?? "", /no guard of the choice way is true/);
  assert.deepEqual(play.statuses, { a: "waiting", b: "waiting" });
});

test("a choice behind a way that was not taken is not taken either, none of its members", () => {
  const steps = `
  a: { choice: first, if: start.a, done: ADone, timeout: 1m, ${NONE} }
  b: { choice: first, otherwise: true, done: BDone, timeout: 1m, ${NONE} }
  c: { after: [b], choice: second, if: start.c, done: CDone, timeout: 1m, ${NONE} }
  d: { after: [b], choice: second, otherwise: true, done: DDone, timeout: 1m, ${NONE} }
`;
  const play = begun(saga(steps), { a: true, c: true });
  assert.deepEqual(play.statuses, { a: "open", b: "pruned", c: "pruned", d: "pruned" });
  play.event("ADone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("a list that can't be read stays unknown until it can: an early answer of an element is kept as it came", () => {
  const play = begun(
    saga(`  a: { done: ADone, timeout: 1m, ${NONE} }
  b: { after: [a], forEach: steps.a.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB }, done: BDone, timeout: 1m, compensate: { emit: UndoB, done: BUndone } }
`),
  );
  play.given("BDone", { line: "x" });
  play.given("BDone", { line: "z" });
  const effects = play.given("ADone", { lines: ["x", "y"] });
  assert.deepEqual(sentIn(effects), ["DoB"], "x was answered already");
  assert.equal(play.status("b"), "open");
  assert.equal(play.state.steps["b/z"], undefined, "z is in no list, so nothing is kept of it");
  play.given("BDone", { line: "y" });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("an answer of a fan-out that names no element, or names it by what is no key, is not counted", () => {
  const play = begun(
    saga(
      `  b: { forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB }, done: BDone, timeout: 1m, ${NONE} }\n`,
    ),
    { lines: ["x", 7] },
  );
  assert.deepEqual(Object.keys(play.state.steps), ["b/x", "b/7", "b"]);
  for (const line of ["", null, 1.5, true]) {
    play.given("BDone", { line });
    assert.equal(play.status("b"), "open");
  }
  play.given("BDone", { line: "x" });
  play.given("BDone", { line: 7n });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("a fan-out of observed elements without an answer key can't tell which element an answer is about", () => {
  const play = begun(
    saga(`  b: { forEach: start.lines, as: line, key: line, command: { emit: DoB }, done: BDone, timeout: 1m, ${NONE} }\n`),
    { lines: ["x"] },
  );
  play.given("BDone", {});
  assert.equal(play.status("b"), "open");
  assert.equal(play.state.unexpected, 1);
});

test("a key that can't be computed holds the saga up before anything is sent", () => {
  const play = begun(
    saga(`  b: { forEach: start.lines, as: line, key: line.sku, command: { emit: DoB }, done: BDone, timeout: 1m, ${NONE} }\n`),
    {
      lines: [{ sku: "a" }, {}],
    },
  );
  assert.match(play.state.stuck?.[0]?.cause ?? "", /key of b/);
  assert.deepEqual(play.sent, []);
});

test("until: an instant may be a whole number of either kind; what is none holds the saga up", () => {
  for (const at of [1_060_000, 1_060_000n]) {
    const play = begun(saga("  a: { until: start.at }\n"), { at });
    assert.equal(play.status("a"), "open");
    play.pass(59_999);
    assert.equal(play.status("a"), "open");
    play.pass(1);
    assert.equal(play.state.status, "completed");
  }
  for (const at of ["tomorrow", 1.5, null]) {
    const play = begun(saga("  a: { until: start.at }\n"), { at });
    assert.match(play.state.stuck?.[0]?.cause ?? "", /it gives no instant/);
  }
  assert.match(begun(saga("  a: { until: start.when.at }\n")).state.stuck?.[0]?.cause ?? "", /until of a/);
});

test("until: an instant that is now has come", () => {
  assert.equal(begun(saga("  a: { until: start.at }\n"), { at: 1_000_000 }).state.status, "completed");
  assert.equal(begun(saga("  a: { until: start.at }\n"), { at: 999_999 }).state.status, "completed");
});

test("a failure of a command that was never asked is not expected, and changes nothing", () => {
  const play = new Play(
    saga(
      `  a: { done: ADone, timeout: 1m, ${NONE} }\n  b: { after: [a], command: { emit: DoB }, done: BDone, failed: BFailed, timeout: 1m, ${NONE} }\n`,
    ),
  );
  play.events("Started", "BFailed");
  assert.equal(play.status("b"), "waiting");
  assert.equal(play.state.unexpected, 1);
  assert.equal(play.state.status, "running");
});

test("a failed undo that was answered before its retry does not count twice", () => {
  const play = playing(chain, "ADone", "BFailed");
  const [first] = play.requests;
  play.event("UndoAFailed", { causationId: first?.id ?? "" });
  while (play.requests.length < 2) play.pass(1_000);
  const count = play.requests.length;
  assert.equal(play.status("a"), "undoing");
  play.event("UndoAFailed", { causationId: first?.id ?? "" });
  assert.equal(play.status("a"), "undoing", "the failure of the first attempt was counted already");
  assert.equal(play.requests.length, count);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("an act of an operator that this version does not know is refused, and nothing changes", () => {
  const play = playing(chain, "ADone");
  const before = play.statuses;
  play.fact({ kind: "act", identity: "x", name: "explode", data: {} });
  assert.deepEqual(play.statuses, before);
  assert.equal(play.state.unexpected, 1);
});

test("cancel: a saga that is on its way back or has ended refuses it", () => {
  const turned = playing(chain, "ADone", "BFailed");
  cancel(turned);
  assert.equal(turned.state.turn?.cause, "BFailed");
  const completed = playing(chain, "ADone", "BDone", "CDone");
  cancel(completed);
  assert.equal(completed.state.status, "completed");
});

test("a cancel that came while the pivot was open acts when the pivot fails for good, and names itself as the cause", () => {
  const definition = saga(`  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m, retry: { attempts: 1 } }
  z: { after: [p], command: { emit: DoZ }, done: ZDone, timeout: 1m }
`);
  const play = begun(definition, {}, "ADone");
  cancel(play);
  assert.equal(play.state.status, "running", "nobody knows yet whether the pivot happens");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoA"]);
  assert.equal(play.state.turn?.step, "p");
  play.assertRefolds();
  const other = begun(definition, {}, "ADone");
  cancel(other);
  other.event("PDone");
  assert.equal(other.state.status, "running", "past the pivot nothing is undone");
  assert.equal(other.status("z"), "open");
});

test("a saga that can't turn and whose join can't be met any more is stuck, and says why", () => {
  const play = begun(
    saga(`  p: { pivot: true, command: { emit: DoP }, done: PDone, timeout: 1m }
  a: { after: [p], command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 1m, retry: { attempts: 1 } }
  b: { after: [p], command: { emit: DoB }, done: BDone, failed: BFailed, timeout: 1m, retry: { attempts: 1 } }
  c: { after: { atLeast: 2, of: [a, b] }, command: { emit: DoC }, done: CDone, timeout: 1m }
`),
    {},
    "PDone",
    "ADone",
    "BFailed",
  );
  assert.equal(play.state.status, "running");
  assert.match(play.state.stuck?.[0]?.cause ?? "", /too few of a, b can still be done for c to open/);
});

test("an undo that nobody answers is asked again, and is used up after its last time, which is said", () => {
  const play = playing(chain, "ADone", "BFailed");
  const effects = play.pass(100 * 3_600_000);
  assert.deepEqual(alarmsIn(effects), ["saga-stuck"]);
  assert.match(play.state.stuck?.[0]?.cause ?? "", /the undo of a is used up: no answer in .*, \d+ times/);
  play.assertRefolds();
});

test("a step without an answer is unknown after its last sending, which is said", () => {
  const play = playing(COMMANDED);
  play.pass(60_000);
  assert.match(play.state.steps["a"]?.reason ?? "", /^no answer in 10s, 3 times$/);
  assert.equal(play.state.status, "compensating");
});
