import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRead, Play, sentIn } from "../support/play.ts";
import { act, refusal } from "./acting.ts";

const RETRYING = "retry: { attempts: 3, backoff: 1s, jitter: 0 }";
const DATA = compileRead(`
saga: data
start: { on: Started, if: start.x != 99 }
deadline: 1h
search: { ref: start.x, tracking: steps.a.tracking }
steps:
  a: { command: { emit: DoA, with: { x: start.x } }, done: ADone, failed: AFailed, timeout: 10s, ${RETRYING}, compensate: { none: nothing } }
  b: { after: [a], command: { emit: DoB, with: { tracking: steps.a.tracking } }, done: BDone, failed: BFailed, timeout: 10s, ${RETRYING}, compensate: { none: nothing } }
  c: { after: [b], if: start.x > 5, done: CDone, timeout: 10s, compensate: { none: nothing } }
  person: { after: [a], human: { role: clerk }, done: Approved, failed: Denied, timeout: 1h, compensate: { none: nothing } }
`);
const begun = (...events: ReadonlyArray<readonly [string, { readonly [field: string]: string | number }]>): Play => {
  const play = new Play(DATA);
  play.given("Started", { x: 1, y: 2 });
  for (const [name, payload] of events) play.given(name, payload);
  return play;
};

test("edited data is read by what is decided later, and by nothing that was decided before", () => {
  const play = begun(["ADone", { tracking: "T-1" }]);
  act(play, "edit-data", { payload: { x: 7 } });
  play.event("BDone");
  assert.equal(play.status("c"), "open", "its guard reads the new x");
  assert.deepEqual(play.state.search, { ref: 7, tracking: "T-1" }, "rule 19: search keys keep the last value");
  play.assertRefolds();
});

test("a request that is sent again after an edit says what it said under its id; a new attempt reads the new data", () => {
  const play = begun();
  act(play, "edit-data", { payload: { x: 7 } });
  play.pass(11_500);
  play.event("AFailed");
  play.pass(10_000);
  const sent = play.requests.map(({ event, attempt, payload }) => [event, attempt, payload["x"]]);
  assert.deepEqual(sent, [
    ["DoA", 1, 1],
    ["DoA", 1, 1],
    ["DoA", 2, 7],
  ]);
  play.assertRefolds();
});

test("an undo that is asked for again after an edit says what it said, until an attempt of it fails", () => {
  const undoing = compileRead(
    `saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, with: { x: start.x }, done: AUndone, failed: UndoAFailed, timeout: 10s, ${RETRYING} } }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { none: nothing } }\n`,
  );
  const play = new Play(undoing);
  play.given("Started", { x: 1 });
  play.events("ADone", "BFailed");
  act(play, "edit-data", { payload: { x: 7 } });
  play.pass(11_500);
  act(play, "retry", { step: "a" });
  play.event("UndoAFailed");
  play.pass(5_000);
  assert.deepEqual(
    play.requests.map(({ attempt, payload }) => [attempt, payload["x"]]),
    [
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 7],
    ],
  );
  play.assertRefolds();
});

test("a step's answer is corrected field by field, and only fields that the definition reads are kept", () => {
  const play = begun(["ADone", { tracking: "T-1" }]);
  act(play, "edit-data", { step: "a", payload: { tracking: "T-2", weight: 3 } });
  assert.deepEqual(play.state.steps["a"]?.payload, { tracking: "T-2" });
  assert.deepEqual(play.state.search?.["tracking"], "T-2");
  assert.deepEqual(play.history.at(-1)?.entry["data"], {
    ...{ by: "ann", role: "operator", reason: "why", step: "a" },
    payload: { tracking: "T-2" },
  });
  play.assertRefolds();
});

test("data is not edited where there is none, where nothing reads it, or when all is over", () => {
  const early = new Play(DATA);
  assert.equal(refusal(early, "edit-data", { payload: { x: 1 } }), "the saga is awaiting, so it has no data yet");
  const play = begun();
  assert.equal(refusal(play, "edit-data", { payload: { y: 3 } }), "the definition reads none of these fields");
  assert.equal(refusal(play, "edit-data", { step: "a", payload: { tracking: "T" } }), "a has no data yet; settle-as-done supplies it");
  assert.equal(refusal(play, "edit-data", { step: "z", payload: { tracking: "T" } }), "there is no step z; steps are a, b, c, person");
  act(play, "cancel");
  play.pass(3_600_000);
  assert.equal(play.state.status, "compensated");
  assert.equal(refusal(play, "edit-data", { payload: { x: 1 } }), "the saga is compensated");
});

const ELEMENTS = compileRead(`
saga: elements
start: { on: Started }
deadline: 1h
steps:
  f: { forEach: start.lines, as: line, key: line, answerKey: event.key, done: FDone, timeout: 10s, compensate: { emit: UndoF, with: { r: 'steps.f[line].ref' }, done: FUndone } }
`);

test("of a fan-out the data of one element is edited", () => {
  const play = new Play(ELEMENTS);
  play.given("Started", { lines: ["k", "l"] });
  play.given("FDone", { key: "k", ref: "r-1" });
  assert.equal(refusal(play, "edit-data", { step: "f", payload: { ref: "r-2" } }), "f has several elements; name one");
  act(play, "edit-data", { step: "f", element: "k", payload: { ref: "r-2" } });
  assert.deepEqual(play.state.steps["f/k"]?.payload, { key: "k", ref: "r-2" });
  play.assertRefolds();
});

test("a signal is folded as if the event had come: as a start, as an early event, as an answer", () => {
  const early = new Play(DATA);
  act(early, "signal", { event: "ADone", payload: { tracking: "T-0" } });
  assert.equal(early.state.early?.length, 1);
  act(early, "signal", { event: "Started", payload: { x: 1 } });
  assert.deepEqual([early.state.status, early.status("a")], ["running", "done"]);
  const play = begun();
  assert.deepEqual(sentIn(act(play, "signal", { event: "ADone", payload: { tracking: "T-1" } })), ["DoB"]);
  for (const one of [early, play]) one.assertRefolds();
});

test("a signal names the step that it answers when the event alone does not tell", () => {
  const twice = compileRead(
    `saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  a: { done: Done, timeout: 1m, compensate: { none: nothing } }\n  b: { done: Done, timeout: 1m, compensate: { none: nothing } }\n`,
  );
  const play = new Play(twice);
  play.event("Started");
  act(play, "signal", { event: "Done" });
  assert.deepEqual(play.statuses, { a: "open", b: "open" });
  act(play, "signal", { event: "Done", step: "b" });
  assert.deepEqual(play.statuses, { a: "open", b: "done" });
  assert.equal(refusal(play, "signal", { event: "Done", step: "z" }), "there is no step z");
  play.assertRefolds();
});

test("a signal never answers for a person, and brings nothing to a saga that is declined or full of early events", () => {
  const play = begun(["ADone", { tracking: "T-1" }]);
  act(play, "signal", { event: "Approved" });
  assert.equal(play.status("person"), "open");
  act(play, "settle-as-done", { step: "person" });
  assert.equal(play.status("person"), "done", "an operator may settle it under his own name");
  const declined = new Play(DATA);
  declined.given("Started", { x: 99 });
  assert.equal(refusal(declined, "signal", { event: "ADone" }), "the saga is declined");
  const full = new Play(DATA);
  for (let at = 0; at < 100; at++) full.event("ADone");
  assert.equal(refusal(full, "signal", { event: "BDone" }), "it has not started and holds its 100 early events already");
  assert.equal(refusal(full, "signal", { event: "Started", payload: { x: 1 } }), undefined);
});
