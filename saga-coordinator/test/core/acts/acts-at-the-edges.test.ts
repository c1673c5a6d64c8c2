import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@troupe/kernel";
import { childContract, viewSaga } from "../../../src/core/index.ts";
import { compileRead, Play, sentIn } from "../support/play.ts";
import { act, refusal } from "./acting.ts";

const saga = (steps: string, head = "deadline: 1h") => compileRead(`saga: s\nstart: { on: Started }\n${head}\nsteps:\n${steps}\n`);
const NONE = "compensate: { none: it has no effect }";

const CHILD = compileRead(
  `saga: child\ncorrelate: { default: event.id }\nstart: { on: Begin }\ndeadline: 1h\nresult: { ref: saga.id }\nsteps:\n  x: { done: XDone, timeout: 1m, compensate: { emit: UndoX, done: XUndone } }\n`,
);
const contract = childContract(CHILD);
assert.ok(contract);
const PARENT = compileRead(
  `saga: s\nstart: { on: Started }\ndeadline: 1h\nresult: { ref: steps.a.ref }\nsteps:\n  a: { saga: child, with: { id: saga.id }, timeout: 1m, optional: true }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 10m, ${NONE} }\n`,
  new Map([["child", contract]]),
);
const parent = (): Play => {
  const play = new Play(PARENT);
  play.event("Started");
  return play;
};

test("the step of a sub-saga is settled with what the sub-saga's result would have been, and that is edited as a whole", () => {
  const play = parent();
  act(play, "settle-as-done", { step: "a", payload: { ref: "r-1", more: 1 } });
  assert.deepEqual(play.state.steps["a"]?.payload, { ref: "r-1", more: 1 });
  act(play, "edit-data", { step: "a", payload: { ref: "r-2" } });
  play.event("BDone");
  assert.deepEqual(play.state.result, { ref: "r-2" });
  play.assertRefolds();
});

test("a sub-saga is started again while nobody knows of it, and never once it has ended; its compensation is its own", () => {
  const silent = parent();
  silent.pass(61_000);
  assert.equal(silent.status("a"), "unknown");
  assert.deepEqual(sentIn(act(silent, "retry", { step: "a" })), ["Begin"]);
  const ended = parent();
  ended.event("SagaCompensated", { effect: ended.requests[0]?.effect ?? "" });
  assert.equal(refusal(ended, "retry", { step: "a" }), "the sub-saga of a has ended, and a saga of one id runs once");
  const turned = parent();
  act(turned, "cancel");
  assert.equal(turned.status("a"), "undoing");
  assert.equal(refusal(turned, "retry", { step: "a" }), "the sub-saga of a compensates by its own rules; act on that one");
  act(turned, "settle-as-no-effect", { step: "a" });
  assert.equal(turned.state.status, "compensated");
});

test("a step that failed before it opened is settled, not asked for", () => {
  const play = new Play(
    saga(
      `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m }\n  q: { after: [p], done: QDone, failed: QFailed, timeout: 1m }`,
    ),
  );
  play.events("Started", "QFailed", "PDone");
  assert.equal(refusal(play, "retry", { step: "q" }), "q failed before it opened");
  act(play, "settle-as-done", { step: "q" });
  assert.equal(play.state.status, "completed");
});

const LISTED = saga(
  `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m }\n  f: { after: [p], forEach: start.lines, as: line, key: line, answerKey: event.key, command: { emit: DoF, with: { key: line } }, done: FDone, failed: FFailed, timeout: 1m }`,
);

test("a list that was refused after the pivot is opened again once it is edited; an operator may resume it as well", () => {
  for (const again of ["retry", "resume"] as const) {
    const play = new Play(LISTED);
    play.given("Started", { lines: ["k", "k"] });
    play.event("PDone");
    assert.equal(play.status("f"), "failed");
    act(play, "edit-data", { payload: { lines: ["k", "l"] } });
    act(play, again, { step: "f" });
    assert.deepEqual(play.sent.slice(-2), ["DoF", "DoF"]);
    for (const key of ["k", "l"]) play.given("FDone", { key });
    assert.equal(play.state.status, "completed");
    play.assertRefolds();
  }
});

test("resume asks the lost members of a join once more, since one of them is enough", () => {
  const play = new Play(
    saga(
      `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10m }\n  m: { after: [p], command: { emit: DoM }, done: MDone, failed: MFailed, timeout: 10s }\n  n: { after: [p], command: { emit: DoN }, done: NDone, failed: NFailed, timeout: 10s }\n  j: { after: { any: [m, n] }, done: JDone, timeout: 10s }`,
    ),
  );
  play.events("Started", "PDone", "MFailed", "NFailed");
  assert.deepEqual(sentIn(act(play, "resume")), ["DoM", "DoN"]);
  assert.equal(play.state.stuck, undefined);
  play.events("NDone", "JDone", "MFailed");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("resume waits once more for a late outcome and for an answer that could not be read, and lets an alias go", () => {
  const late = new Play(
    saga(
      "  a: { done: ADone, timeout: 10s, compensate: { emit: UndoA, with: { x: steps.a.x }, whenUnknown: wait, timeout: 1m, done: AUndone } }",
    ),
  );
  late.event("Started");
  late.pass(71_000);
  assert.ok(late.state.stuck);
  act(late, "resume");
  assert.equal(late.state.stuck, undefined);
  late.pass(61_000);
  assert.ok(late.state.stuck, "and it does not wait for ever");
  late.assertRefolds();
});

test("an edit leaves an alias refused whose value it does not change", () => {
  const play = new Play(saga(`  a: { if: start.go, done: ADone, timeout: 1m, ${NONE} }`, "deadline: 1h\naliases: { ref: start.x }"));
  play.given("Started", { x: "r-1", go: true });
  play.fact({ kind: "act", identity: "refused", name: "aliasRefused", data: { alias: "ref", value: "r-1", owner: "o-0" } });
  act(play, "edit-data", { payload: { go: false } });
  assert.equal(play.state.claimsRefused?.length, 1);
  act(play, "resume");
  assert.equal(play.state.claimsRefused, undefined);
  play.assertRefolds();
});

test("an edit lets an answer come again that could not be read", () => {
  const play = new Play(
    saga(
      `  a: { done: { on: Answered, if: event.n / start.by == 2 }, failed: { on: Answered, if: "!(event.n / start.by == 2)" }, timeout: 1m, ${NONE} }`,
    ),
  );
  play.given("Started", { by: 0n });
  play.given("Answered", { n: 4n });
  assert.deepEqual(play.state.stuck?.[0]?.actions, ["resume", "settle-as-done", "settle-as-failed", "settle-as-no-effect"]);
  act(play, "edit-data", { payload: { by: { $long: "2" } } });
  assert.equal(play.state.stuck, undefined);
  act(play, "signal", { event: "Answered", payload: { n: { $long: "4" } } });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("a new attempt that the edited data breaks is tried again later, and the saga says what is wrong until then", () => {
  const play = new Play(
    saga(
      `  a: { command: { emit: DoA, with: { x: 10 / start.by } }, done: ADone, failed: AFailed, timeout: 1h, retry: { attempts: 5, backoff: 1s, max: 2s, jitter: 0 }, ${NONE} }`,
    ),
  );
  play.given("Started", { by: 2n });
  act(play, "edit-data", { payload: { by: { $long: "0" } } });
  play.event("AFailed");
  assert.deepEqual(sentIn(play.pass(1_500)), []);
  assert.match(play.state.stuck?.[0]?.cause ?? "", /x: 10 \/ start.by/);
  act(play, "edit-data", { payload: { by: { $long: "5" } } });
  assert.deepEqual(sentIn(play.pass(5_000)), ["DoA"]);
  assert.equal(play.requests.at(-1)?.payload["x"], 2n);
  play.assertRefolds();
});

test("a cancel of an earlier version, which names no role, is told with who and why; an act of nobody as before", () => {
  const definition = saga(`  a: { done: ADone, timeout: 1m, ${NONE} }`);
  const play = new Play(definition);
  play.event("Started");
  play.fact({ kind: "act", identity: "c", name: "cancel", data: { by: "ann", reason: "ordered twice" } });
  play.fact({ kind: "act", identity: "d", name: "compensate", data: { by: "ann" } });
  play.fact({ kind: "act", identity: "e", name: "resume", data: {} });
  const causes = viewSaga(definition, play.state, { history: play.history }).timeline.map(({ cause }) => cause);
  assert.deepEqual(causes.slice(1), ["ann acted: cancel, ordered twice", "ann acted: compensate", "an operator acted: resume"]);
});

test("an act that lacks what it needs, or brings what it does not, does nothing worse than that", () => {
  const plain = (play: Play, name: string, data: JsonObject): unknown => play.fact({ kind: "act", identity: name, name, data });
  const play = new Play(LISTED);
  play.given("Started", { lines: ["k"] });
  plain(play, "signal", { payload: { any: 1 } });
  assert.equal(play.state.unexpected, 1);
  assert.equal(refusal(play, "settle-as-done", { payload: { any: 1 } }), "there is no step ; steps are p, f");
  act(play, "retry", { step: "p", payload: { any: 1 } });
  plain(play, "compensate", {});
  assert.equal(play.state.remembered?.cause, "an operator made it compensate");
  play.event("PDone");
  act(play, "signal", { event: "FDone", step: "f", element: "k" });
  assert.deepEqual([play.status("f/k"), play.state.status], ["done", "completed"]);
  play.assertRefolds();
});

test("a command that was never sent, because the step was only observed under an earlier version, goes out when it is retried", () => {
  const definition = saga(`  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 10s, ${NONE} }`);
  const begun = new Play(definition);
  begun.event("Started");
  const play = new Play(definition, { ...begun.state, steps: { a: { status: "open", order: 1, openedAt: 1 } } });
  const [sent] = act(play, "retry", { step: "a" }).flatMap((effect) => (effect.kind === "command" ? [effect] : []));
  assert.deepEqual([sent?.event, sent?.attempt, sent?.sending], ["DoA", 1, 1]);
});
