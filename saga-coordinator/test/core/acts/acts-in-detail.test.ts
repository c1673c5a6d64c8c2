import assert from "node:assert/strict";
import { test } from "node:test";
import { viewSaga } from "../../../src/core/index.ts";
import { alarmsIn, compileRead, lifecycleIn, Play, sentIn } from "../support/play.ts";
import { chain, playing } from "../support/sagas.ts";
import { act, refusal } from "./acting.ts";

const ONCE = "timeout: 10s, retry: { attempts: 1 }";
const stubborn = compileRead(`
saga: stubborn
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, with: { x: start.x }, done: AUndone, failed: UndoAFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s, jitter: 0 } } }
  b: { after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { none: it has no effect } }
`);
const begun = (definition = stubborn, x: unknown = 1): Play => {
  const play = new Play(definition);
  play.given("Started", { x: x as number });
  return play;
};
const usedUpBy = (failure: boolean): Play => {
  const play = begun();
  play.events("ADone", "BFailed");
  if (failure) play.events("UndoAFailed");
  play.pass(1_000);
  if (failure) play.events("UndoAFailed");
  else play.pass(30_000);
  assert.equal(play.status("a"), "undoUsedUp");
  return play;
};

test("a waived undo ends the saga as compensated, and says which step stands outside the guarantee", () => {
  const play = usedUpBy(false);
  const effects = act(play, "waive-undo", { step: "a" });
  assert.equal(play.state.status, "compensated");
  const ended = effects.find((effect) => effect.kind === "lifecycle" && effect.event === "SagaCompensated");
  assert.deepEqual(ended?.kind === "lifecycle" && ended.payload["waived"], ["a"]);
  const view = viewSaga(stubborn, play.state, { history: play.history });
  assert.deepEqual([view.waived, view.stuck, view.remains.undos], [["a"], [], []]);
  assert.deepEqual(view.timeline.at(-1)?.changes[0], { kind: "waived", step: "a", text: "the undo of a is waived: what it did stays" });
  assert.equal(
    view.timeline.at(-1)?.changes.at(-1)?.text,
    "the saga is compensated: everything is undone except a, whose undo was waived",
    "never that all is undone",
  );
  play.assertRefolds();
});

test("what comes of a waived undo later is recorded and reopens nothing", () => {
  const play = usedUpBy(false);
  act(play, "waive-undo", { step: "a" });
  play.events("AUndone", "ADone", "UndoAFailed");
  assert.deepEqual([play.status("a"), play.state.status], ["waived", "compensated"]);
});

test("retry of an undo after silence sends the same message again, after a failure the next attempt, each with all its attempts anew", () => {
  const silent = usedUpBy(false);
  const [first] = silent.requests.filter(({ event }) => event === "UndoA");
  const [again] = act(silent, "retry", { step: "a" }).flatMap((effect) => (effect.kind === "compensation" ? [effect] : []));
  assert.deepEqual([again?.id, again?.attempt], [first?.id, 1]);
  assert.deepEqual(sentIn(silent.pass(12_000)), ["UndoA"], "its second try of the fresh two");
  silent.pass(30_000);
  assert.equal(silent.status("a"), "undoUsedUp", "and then it is used up again");
  const failed = usedUpBy(true);
  const [next] = act(failed, "retry", { step: "a" }).flatMap((effect) => (effect.kind === "compensation" ? [effect] : []));
  assert.equal(next?.attempt, 3, "two attempts failed");
  failed.event("AUndone", { causationId: next?.id ?? "" });
  assert.equal(failed.state.status, "compensated");
  for (const play of [silent, failed]) play.assertRefolds();
});

test("an undo that an operator asks for once more, and that is answered late, is over", () => {
  const play = usedUpBy(false);
  act(play, "retry", { step: "a" });
  play.event("AUndone");
  assert.deepEqual([play.status("a"), play.state.status, play.state.stuck], ["undone", "compensated", undefined]);
});

test("settled as without effect: what never was known to happen has failed, what somebody took back by hand is undone", () => {
  const known = usedUpBy(false);
  act(known, "settle-as-no-effect", { step: "a" });
  assert.deepEqual([known.status("a"), known.state.status], ["undone", "compensated"]);
  const unknown = begun();
  unknown.pass(100_000);
  assert.equal(unknown.status("a"), "undoUsedUp");
  act(unknown, "settle-as-no-effect", { step: "a" });
  assert.deepEqual([unknown.status("a"), unknown.state.status], ["failed", "compensated"]);
});

const POSTPIVOT = compileRead(`
saga: pivoted
start: { on: Started }
deadline: 1h
result: { tracking: steps.q.tracking }
steps:
  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, ${ONCE} }
  q: { after: [p], command: { emit: DoQ, with: { x: start.x } }, done: QDone, failed: QFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s, jitter: 0 } }
`);

test("a step that is settled as done completes the saga with the payload that its answer would have had, cut to what is read", () => {
  const play = begun(POSTPIVOT);
  play.events("PDone", "QFailed");
  play.pass(1_000);
  play.events("QFailed");
  act(play, "settle-as-done", { step: "q", event: "QDone", payload: { tracking: "T-1", weight: 3 } });
  assert.deepEqual([play.state.status, play.state.result], ["completed", { tracking: "T-1" }]);
  const entry = play.history.at(-1)?.entry;
  assert.deepEqual(entry?.["data"], {
    by: "ann",
    role: "operator",
    reason: "why",
    step: "q",
    event: "QDone",
    payload: { tracking: "T-1" },
  });
  play.assertRefolds();
});

test("retry of a step after the pivot gives it its attempts anew; the answer then completes the saga", () => {
  const play = begun(POSTPIVOT);
  play.event("PDone");
  play.pass(30_000);
  assert.equal(play.status("q"), "unknown");
  const sent = play.sent.length;
  act(play, "retry", { step: "q" });
  assert.deepEqual([play.status("q"), play.state.stuck], ["open", undefined]);
  play.pass(30_000);
  assert.deepEqual([play.status("q"), play.sent.length - sent], ["unknown", 2], "two more, then silent again");
  act(play, "resume");
  play.event("QDone", { payload: { tracking: "T-2" } });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("retry sends a command at once that waits for its backoff, and polls the next round at once", () => {
  const play = begun(POSTPIVOT);
  play.events("PDone", "QFailed");
  assert.deepEqual(sentIn(act(play, "retry", { step: "q" })), ["DoQ"]);
  assert.deepEqual(sentIn(play.pass(5_000)), [], "the backoff is over with it");
  const polling = compileRead(
    `saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  a: { command: { emit: Ask }, done: Told, timeout: 30m, repeat: { while: event.again, max: 5, every: 5m }, compensate: { none: reading } }\n`,
  );
  const polled = begun(polling);
  polled.given("Told", { again: true });
  assert.deepEqual(sentIn(act(polled, "retry", { step: "a" })), ["Ask"]);
  assert.deepEqual(sentIn(polled.pass(5 * 60_000)), [], "not twice");
});

test("an observed step that is retried gets its timeout anew; a wait and a step without timeout can't be asked for", () => {
  const play = playing(chain);
  play.pass(6_000);
  act(play, "retry", { step: "a" });
  play.pass(6_000);
  assert.equal(play.status("a"), "open");
  play.pass(6_000);
  assert.equal(play.status("a"), "undoing");
  const others = compileRead(
    `saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  w: { wait: 5m }\n  o: { done: ODone, compensate: { none: nothing } }\n`,
  );
  const waiting = playing(others);
  assert.equal(refusal(waiting, "retry", { step: "w" }), "w is a wait: nobody is asked for it");
  assert.equal(refusal(waiting, "retry", { step: "o" }), "nobody can be asked for o, and it has no timeout");
  act(waiting, "settle-as-done", { step: "w" });
  assert.equal(waiting.status("w"), "done");
  waiting.pass(5 * 60_000);
  assert.equal(waiting.state.status, "running", "its timer is gone");
});

test("compensate turns a saga with the operator's reason, is remembered while the pivot is open, and acts when that fails", () => {
  const play = playing(chain, "ADone");
  act(play, "compensate", { reason: "the shop closes" });
  assert.deepEqual([play.state.turn?.step, play.state.turn?.cause], [null, "an operator made it compensate: the shop closes"]);
  const pivot = begun(POSTPIVOT);
  act(pivot, "compensate");
  assert.equal(pivot.state.status, "running");
  pivot.event("PFailed");
  assert.equal(pivot.state.status, "compensated");
  const passed = begun(POSTPIVOT);
  act(passed, "compensate");
  const refusals = passed.event("PDone").flatMap((effect) => (effect.kind === "refusal" ? [effect] : []));
  assert.deepEqual(refusals, [{ kind: "refusal", act: "compensate", reason: "the pivot has passed, the saga runs on" }]);
});

test("an act without a reason or a role, on a step or an element that is not there, or under a strange name does nothing", () => {
  const play = playing(chain);
  assert.equal(refusal(play, "retry", { step: "a", reason: "" }), "an act needs a role and a reason");
  assert.equal(refusal(play, "cancel", { role: "" }), "an act needs a role and a reason");
  assert.equal(refusal(play, "retry", { step: "z" }), "there is no step z; steps are a, b, c");
  assert.equal(refusal(play, "retry", {}), "there is no step ; steps are a, b, c");
  assert.equal(refusal(play, "retry", { step: "a", element: "k" }), "a has no element k; it has none");
  const strange = play.fact({ kind: "act", identity: "x", name: "explode", data: {} });
  assert.deepEqual(lifecycleIn(strange), ["UnexpectedEvent"]);
  assert.equal(play.state.status, "running");
  play.assertRefolds();
});

test("the timeline says of an act who asked for what, in which role and why", () => {
  const play = playing(chain);
  act(play, "settle-as-done", { step: "a", reason: "the warehouse called" });
  const view = viewSaga(chain, play.state, { history: play.history });
  const item = view.timeline.at(-1);
  assert.equal(item?.cause, "ann as operator acted: settle-as-done of a, the warehouse called");
  assert.deepEqual(item?.act, {
    ...{ name: "settle-as-done", by: "ann", role: "operator", reason: "the warehouse called" },
    ...{ step: "a", element: null },
  });
  assert.equal(view.timeline[0]?.act, null);
});

test("a late success of a step that an operator settled as failed is undone like any other", () => {
  const play = playing(chain, "ADone");
  act(play, "settle-as-failed", { step: "b" });
  assert.deepEqual([play.status("b"), play.state.turn?.step], ["failed", "b"]);
  assert.deepEqual(sentIn(play.event("BDone")), [], "a is being undone, b depends on it and comes after");
  play.event("AUndone");
  assert.deepEqual(
    play.sent.filter((name) => name === "UndoB"),
    ["UndoB"],
  );
  play.event("BUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("a settled pivot is passed, and a remembered cancel is refused with it", () => {
  const play = begun(POSTPIVOT);
  act(play, "cancel");
  const effects = act(play, "settle-as-done", { step: "p" });
  assert.deepEqual(sentIn(effects), ["DoQ"]);
  assert.ok(effects.some((effect) => effect.kind === "refusal" && effect.act === "cancel"));
  assert.deepEqual(alarmsIn(effects), []);
});
