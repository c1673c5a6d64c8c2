import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { reactAlias, UNKNOWN_ALIAS, viewSaga, type WaitingEvent } from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";
import { event } from "../support/events.ts";
import { alarmsIn, compileRead, Play, sentIn } from "../support/play.ts";
import { playing } from "../support/sagas.ts";

const NONE = "compensate: { none: reading only }";
const HEAD = "saga: s\nstart: { on: Started }\ndeadline: 10h\nsteps:\n";
const A = `  a: { done: ADone, failed: AFailed, timeout: 1m, ${NONE} }\n`;
const saga = (steps: string) => compileRead(HEAD + steps);
function begun(definition: ReturnType<typeof saga>, payload: Payload = {}, ...events: readonly string[]): Play {
  const play = new Play(definition);
  play.given("Started", payload);
  play.events(...events);
  return play;
}
const codesOf = (text: string): readonly string[] => parseDefinition(text, { file: "f.yaml" }).problems.map(({ code }) => code);
const PIVOT = "  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m, retry: { attempts: 1 } }\n";

test("events that wait for an alias are due together, by the first of them", () => {
  const waiting = (identity: string): WaitingEvent => ({
    event: "Paid",
    identity,
    effect: null,
    causationId: null,
    role: null,
    payload: {},
  });
  const at = (now: number) => ({ now, markerMillis: 1_000, patienceMillis: 500, name: "s" });
  const first = reactAlias(UNKNOWN_ALIAS, { kind: "event", event: waiting("1") }, at(1_000));
  const second = reactAlias(first.state, { kind: "event", event: waiting("2") }, at(1_400));
  assert.deepEqual([first.state.dueAt, second.state.dueAt], [1_500, 1_500]);
});

test("a person's decision may be the pivot", () => {
  assert.deepEqual(codesOf(`${HEAD}  p: { pivot: true, human: { role: clerk }, done: PDone, timeout: 1h }\n`), []);
  assert.deepEqual(codesOf(`${HEAD}  p: { pivot: true, done: PDone, timeout: 1h }\n`), ["pivot-not-commanded"]);
});

for (const name of ["saga", "start", "steps", "event", "tick"]) {
  test(`${name} means something already, so no loop variable is called so`, () => {
    const text = `${HEAD}  a: { forEach: start.lines, as: ${name}, key: start.id, command: { emit: DoA }, done: ADone, timeout: 1m, ${NONE} }\n`;
    assert.ok(codesOf(text).includes("name-invalid"));
  });
}

test("a schedule without a zone is one of UTC, and makes up for the latest missed start only", () => {
  const text = `saga: s\nstart: { cron: "0 6 * * *", emit: Started }\ndeadline: 1h\nsteps:\n${A}`;
  const { definition } = parseDefinition(text, { file: "f.yaml" });
  assert.deepEqual([definition?.cron?.zone, definition?.cron?.missed], ["UTC", "latest"]);
});

for (const [jitter, sound] of [
  ["0", true],
  ["1", true],
  ["0.5", true],
  ["-0.5", false],
  ["1.5", false],
] as const) {
  test(`jitter ${jitter} is ${sound ? "a fraction" : "refused"}`, () => {
    const text = `${HEAD}  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 1m, retry: { attempts: 2, jitter: ${jitter} }, ${NONE} }\n`;
    assert.deepEqual(codesOf(text), sound ? [] : ["value-invalid"]);
  });
}

test("a failure of an undo is an event like others: it has to have a schema", () => {
  const text = `${HEAD}  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, with: { orderId: saga.id }, done: AUndone, failed: AUndoneNot } }\n`;
  const events = ["Started", "ADone", "UndoA", "AUndone"].map((name) => event(name, "t"));
  const { problems } = parseDefinition(text, { file: "f.yaml", events });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["event-unknown"],
  );
});

test("keys that are no text, and values that are maps where text is wanted, are refused and do not end the reading", () => {
  assert.deepEqual(codesOf(`? [a]\n: b\n${HEAD}${A}`), ["key-unknown"]);
  assert.deepEqual(codesOf(`${HEAD}${A.replace("1m", "{ a: b }")}`).includes("duration-invalid"), true);
  assert.deepEqual(codesOf(HEAD.replace("saga: s", "saga: [s]") + A), ["name-invalid"]);
  assert.deepEqual(
    codesOf(`${HEAD}  a: { forEach: [], as: line, key: line, command: { emit: DoA }, done: ADone, timeout: 1m, ${NONE} }\n`).length > 0,
    true,
  );
});

test("an alias whose expression is none is one mistake, not two", () => {
  const text = `aliases: { pay: start..p, other: start.o }\ncorrelate: { ADone: { alias: pay, of: event.p }, AFailed: { alias: other, of: event.o } }\n${HEAD}${A}`;
  assert.deepEqual(codesOf(text), ["expression-invalid"]);
});

const POLL = `  a: { command: { emit: Poll }, done: Polled, failed: Lost, timeout: 10s, repeat: { while: event.more, every: 5s, max: 2 }, ${NONE} }\n`;
test("repeat: an answer without what its guard reads holds the step up, and the next answer frees it", () => {
  const play = begun(saga(POLL));
  play.event("Polled");
  assert.match(play.state.steps["a"]?.fault ?? "", /repeat of a/);
  play.given("Polled", { more: false });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("a fan-out whose answer lacks its key holds the step up", () => {
  const play = begun(
    saga(
      `  b: { forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB }, done: BDone, timeout: 1m, ${NONE} }\n`,
    ),
    { lines: ["x"] },
  );
  play.event("BDone");
  assert.match(play.state.steps["b"]?.fault ?? "", /answerKey of b/);
});

test("a cancel that waited for the pivot is refused when the pivot has passed, and that is told", () => {
  const play = begun(saga(PIVOT));
  play.fact({ kind: "act", identity: "c", name: "cancel", data: {} });
  play.event("PDone");
  const told =
    viewSaga(play.definition, play.state, play)
      .timeline.at(-1)
      ?.changes.map(({ text }) => text) ?? [];
  assert.ok(told.includes("cancel was refused: the pivot has passed, the saga runs on"), told.join("; "));
});

test("a deadline that waited for the pivot has no effect when the pivot has passed, and somebody is told", () => {
  const play = new Play(compileRead(`${HEAD.replace("10h", "30s")}${PIVOT}`));
  play.event("Started");
  play.pass(31_000);
  assert.equal(play.state.remembered?.by, "deadline");
  assert.deepEqual(alarmsIn(play.event("PDone")), ["deadline-after-pivot"]);
});

test("whenUnknown wait: nobody answers in time, so a person is asked, who may say what happened or waive the undo", () => {
  const play = begun(
    saga(
      `  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, with: { x: steps.a.x }, whenUnknown: wait, timeout: 1m, done: AUndone } }\n  b: { done: BDone, failed: BFailed, timeout: 10s, ${NONE} }\n`,
    ),
    {},
    "BFailed",
  );
  assert.deepEqual(play.sent, []);
  const effects = play.pass(61_000);
  const alarm = effects.find(({ kind }) => kind === "alarm");
  assert.ok(alarm?.kind === "alarm");
  assert.deepEqual(alarm.actions, ["retry", "settle-as-done", "settle-as-failed", "waive-undo"]);
  assert.deepEqual(sentIn(play.given("ADone", { x: 1 })), ["UndoA"]);
  assert.equal(play.state.stuck, undefined);
  play.assertRefolds();
});

test("an undo that was computed without an answer says the same when it is sent again, although the answer came meanwhile", () => {
  const play = begun(
    saga(
      `  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, with: { known: has(steps.a.x) }, done: AUndone, timeout: 10s, retry: { attempts: 3, backoff: 1s, jitter: 0 } } }\n  b: { done: BDone, failed: BFailed, timeout: 10s, ${NONE} }\n`,
    ),
    {},
    "BFailed",
  );
  assert.deepEqual(play.requests.at(-1)?.payload, { known: false });
  play.given("ADone", { x: 1 });
  while (play.requests.length < 2) play.pass(1_000);
  assert.deepEqual(play.requests.at(-1)?.payload, { known: false });
  assert.equal(play.requests[0]?.id, play.requests[1]?.id);
});

test("a timer that this version does not know is not shown, and changes nothing when it is due", () => {
  const play = playing();
  const strange = { "of another version": { dueAt: play.now + 5, generation: 1 }, "timeout:gone": { dueAt: play.now + 6, generation: 1 } };
  const older = new Play(play.definition, { ...play.state, timers: { ...play.state.timers, ...strange } });
  older.now = play.now;
  const shown = viewSaga(older.definition, older.state, { history: [] }).remains.timers.map(({ kind }) => kind);
  assert.deepEqual([...shown].sort(), ["deadline", "timeout", "timeout"]);
  const before = older.statuses;
  older.pass(7);
  assert.deepEqual(older.statuses, before);
  assert.deepEqual(Object.keys(older.state.timers).sort(), Object.keys(play.state.timers).sort());
});

test("a refused alias of which nothing is told still holds the saga up", () => {
  const play = playing();
  play.fact({ kind: "act", identity: "r", name: "aliasRefused", data: {} });
  assert.match(play.state.stuck?.[0]?.cause ?? "", /the alias undefined undefined belongs to/);
});

test("lengths of time are told in the largest unit that says them exactly", () => {
  for (const [timeout, told] of [
    ["250ms", "250ms"],
    ["90s", "90s"],
    ["60s", "1m"],
    ["120m", "2h"],
    ["48h", "2d"],
    ["PT1M30S", "90s"],
    ["P1W", "7d"],
    ["P1DT1H", "25h"],
  ] as const) {
    const play = begun(saga(`  a: { done: ADone, timeout: ${timeout}, ${NONE} }\n`));
    play.pass(9 * 3_600_000);
    if (play.state.steps["a"]?.status === "open") play.pass(8 * 86_400_000);
    const reason = play.state.steps["a"]?.reason ?? "";
    assert.ok(reason === `no answer in ${told}` || reason === "the saga turned", `${timeout}: ${reason}`);
  }
});

test("a number or a word that is a list is refused", () => {
  assert.deepEqual(codesOf(`compensation: [parallel]\n${HEAD}${A}`), ["value-invalid"]);
  assert.ok(
    codesOf(`${HEAD}  a: { command: { emit: DoA }, done: ADone, timeout: 1m, retry: { attempts: [2] }, ${NONE} }\n`).includes(
      "value-invalid",
    ),
  );
});

test("an answer key is asked of the answers to an undo as well", () => {
  const text = (key: string) =>
    `${HEAD}  a: { forEach: start.lines, as: line, key: line.sku, answerKey: ${key}, done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed } }\n`;
  assert.deepEqual(codesOf(text("event.sku")), []);
  assert.ok(codesOf(text("event..sku")).length > 0);
});

test("events whose required fields nobody knows ask for their key and correlation only", () => {
  const { requiredFields: _, ...bare } = event("UndoA", "t");
  const events = [...["Started", "ADone", "AUndone"].map((name) => event(name, "t")), bare];
  const text = `${HEAD}  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }\n`;
  const { problems } = parseDefinition(text, { file: "f.yaml", events });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["field-unmapped"],
  );
});

test("an event of another saga that this one does not know is not its start", () => {
  const play = playing();
  play.event("Stranger", { effect: "x", source: "/saga-coordinator" });
  assert.equal(play.state.unexpected, 1);
});

test("a saga that turns keeps no timer that this version does not know", () => {
  const play = playing();
  const strange = { "of another version": { dueAt: play.now + 5, generation: 1 } };
  const older = new Play(play.definition, { ...play.state, timers: { ...play.state.timers, ...strange } });
  older.event("AFailed");
  assert.deepEqual(Object.keys(older.state.timers), []);
});
