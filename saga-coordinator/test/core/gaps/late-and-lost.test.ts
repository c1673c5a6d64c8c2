import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { createExpressionCompiler } from "../../../src/core/expressions.ts";
import { childContract, viewSaga } from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";
import { analyse, problemsOf } from "../expressions/typed.ts";
import { alarmsIn, compileRead, Play, sentIn } from "../support/play.ts";

const NONE = "compensate: { none: reading only }";
const saga = (steps: string, more = "start: { on: Started }\n") => compileRead(`saga: s\n${more}deadline: 10h\nsteps:\n${steps}`);
function begun(definition: ReturnType<typeof saga>, payload: Payload = {}, ...events: readonly string[]): Play {
  const play = new Play(definition);
  play.given("Started", payload);
  play.events(...events);
  return play;
}
const PIVOT = "  p: { pivot: true, command: { emit: DoP }, done: PDone, timeout: 1m }\n";

test("what happened although the saga does without it, and nothing undoes it, is alarmed", () => {
  const play = begun(
    saga(
      `${PIVOT}  z: { after: [p], if: start.z, command: { emit: DoZ }, done: ZDone, timeout: 1m }\n  y: { after: [p], command: { emit: DoY }, done: YDone, timeout: 1m }\n`,
    ),
    { z: false },
    "PDone",
  );
  assert.equal(play.status("z"), "skipped");
  const [alarm] = play.event("ZDone").filter(({ kind }) => kind === "alarm");
  assert.ok(alarm?.kind === "alarm");
  assert.equal(alarm.code, "answer-contradicts");
  assert.match(alarm.cause, /although the saga does without it, and nothing undoes it/);
});

test("after the pivot a fan-out that failed is done when its lost answers come after all", () => {
  const play = begun(
    saga(
      `${PIVOT}  b: { after: [p], forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB }, done: BDone, failed: BFailed, timeout: 1m, retry: { attempts: 1 } }\n`,
    ),
    { lines: ["x", "y"] },
    "PDone",
  );
  play.given("BFailed", { line: "x" });
  assert.deepEqual(alarmsIn(play.given("BDone", { line: "y" })), ["saga-stuck"]);
  assert.equal(play.status("b"), "failed");
  play.given("BDone", { line: "x" });
  assert.equal(play.status("b"), "done");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("an optional fan-out after the pivot that failed is given up, and its late answers change nothing", () => {
  const play = begun(
    saga(
      `${PIVOT}  b: { after: [p], optional: true, forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB }, done: BDone, failed: BFailed, timeout: 1m, retry: { attempts: 1 } }\n  c: { after: [p], command: { emit: DoC }, done: CDone, timeout: 1m }\n`,
    ),
    { lines: ["x", "y"] },
    "PDone",
  );
  play.given("BFailed", { line: "x" });
  play.given("BDone", { line: "y" });
  assert.equal(play.status("b"), "failed");
  assert.equal(play.state.stuck, undefined);
  play.given("BDone", { line: "x" });
  play.event("CDone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

const BOTH = `start: { on: Told, if: event.part.go }\n`;
test("an event that is a start and an answer: while no start came, a false guard leaves it for later", () => {
  const play = new Play(saga(`  a: { done: Told, timeout: 1m, ${NONE} }\n`, BOTH));
  play.given("Told", { part: { go: false } });
  assert.equal(play.state.status, "awaiting");
  play.given("Told", { part: { go: true } });
  assert.equal(play.status("a"), "done", "the first one is its answer");
  play.assertRefolds();
});

test("an event that is a start and an answer: a guard that can't be computed raises an alarm, and nothing is guessed", () => {
  const play = new Play(saga(`  a: { after: [b], done: Told, timeout: 1m, ${NONE} }\n  b: { done: BDone, timeout: 1m, ${NONE} }\n`, BOTH));
  play.given("Told", { part: { go: true } });
  const effects = play.given("Told", {});
  assert.deepEqual(alarmsIn(effects), ["answer-ambiguous"]);
  assert.equal(play.status("a"), "waiting");
});

function family(): { readonly play: Play; readonly effect: string } {
  const contract = childContract(
    compileRead("saga: child\ncorrelate: { default: event.id }\nstart: { on: Begin }\nsteps:\n  a: { wait: 1h }\n"),
  );
  assert.ok(contract);
  const definition = compileRead(
    `saga: parent\nstart: { on: Started }\nsteps:\n  c: { saga: child, with: { id: start.id }, timeout: 1h }\n  d: { after: [c], done: DDone, failed: DFailed, timeout: 1m, ${NONE} }\n`,
    new Map([["child", contract]]),
  );
  const play = new Play(definition);
  play.given("Started", { id: "c-1" });
  return { play, effect: play.requests[0]?.effect ?? "" };
}

test("a sub-saga's step shows which instance it started", () => {
  const { play } = family();
  const [c, d] = viewSaga(play.definition, play.state, play).steps;
  assert.deepEqual(c?.child, { saga: "child", id: "c-1" });
  assert.equal(d?.child, null);
  const early = new Play(play.definition);
  early.event("DDone");
  assert.equal(viewSaga(early.definition, early.state, early).steps[0]?.child, null, "nothing was started yet");
});

test("a sub-saga that is stuck holds its parent up, on the way there and on the way back, until it goes on", () => {
  const { play, effect } = family();
  const cause = (): string => play.state.stuck?.[0]?.cause ?? "none";
  const stuck = () => play.event("SagaStuck", { effect, payload: {} });
  assert.deepEqual(alarmsIn(stuck()), ["saga-stuck"]);
  assert.match(cause(), /the sub-saga c-1 of c is stuck: no cause was told/);
  play.event("SagaUnstuck", { effect });
  assert.equal(cause(), "none");
  play.event("SagaCompleted", { effect, payload: { result: null } });
  play.event("DFailed");
  assert.equal(play.status("c"), "undoing");
  stuck();
  assert.match(cause(), /the sub-saga c-1 of c is stuck/);
  play.event("SagaCompensated", { effect });
  assert.equal(play.state.status, "compensated");
  assert.equal(cause(), "none");
  play.assertRefolds();
});

test("one name may stand for a list of predecessors", () => {
  const play = begun(saga(`  a: { done: ADone, timeout: 1m, ${NONE} }\n  b: { after: a, done: BDone, timeout: 1m, ${NONE} }\n`));
  assert.deepEqual(play.statuses, { a: "open", b: "waiting" });
});

test("null of a loop variable is tested for before it is read", () => {
  assert.deepEqual(problemsOf("[start.maybeLong].exists(one, one != null && one > 3)"), []);
  assert.deepEqual(problemsOf("[start.maybeLong].map(one, one != null ? one : 0)"), []);
  assert.deepEqual(problemsOf("[start.maybeLong].exists(one, one > 3)"), ["value-may-be-null"]);
  const kept = analyse("[start.maybeLong].map(one, one != null ? one : 0)").type;
  assert.ok(kept.kind === "list" && kept.of.kind === "int");
});

test("has() of what is not there, or of a value that is null, is false and does not fail", () => {
  const compile = createExpressionCompiler();
  const has = compile({ element: "line" }, "has(line.sku.code)");
  assert.ok("evaluate" in has);
  for (const line of [null, "text", {}, { sku: null }, { sku: {} }, { sku: { code: null } }]) assert.equal(has.evaluate({ line }), false);
  assert.equal(has.evaluate({ line: { sku: { code: "" } } }), true);
});

const cronProblem = (cron: string): readonly string[] =>
  parseDefinition(`saga: s\nstart: { cron: "${cron}", emit: Started }\nsteps:\n  a: { done: ADone, timeout: 1m, ${NONE} }\n`, {
    file: "f.yaml",
  }).problems.map(({ code }) => code);

for (const cron of [
  "* * * * *",
  "0 6 * * *",
  "*/15 8-17 * * MON-FRI",
  "0 0 1,15 * *",
  "0 0 29 2 *",
  "0 0 31 1,3 *",
  "0 0 * JAN *",
  "0 0 * * SUN",
]) {
  test(`cron: ${cron} is a schedule`, () => assert.deepEqual(cronProblem(cron), []));
}
for (const cron of [
  "60 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * 32 * *",
  "* * * 13 *",
  "x * * * *",
  "*/0 * * * *",
  "5-1 * * * *",
  "5-x * * * *",
  "* * * FOO *",
  "1,, * * * *",
  "* * * *",
  "0 0 30 2 *",
  "0 0 31 4,6 *",
]) {
  test(`cron: ${cron} is none`, () => assert.equal(cronProblem(cron).length, 1));
}

test("a cancel remembered at the pivot is what a later failure before anything was undone names", () => {
  const play = begun(
    saga(
      `  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }\n  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, if: start.p, timeout: 1m, retry: { attempts: 1 } }\n`,
    ),
    { p: true },
    "ADone",
  );
  play.fact({ kind: "act", identity: "c", name: "cancel", data: {} });
  assert.equal(play.state.remembered?.by, "cancel");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoA"]);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});
