import assert from "node:assert/strict";
import { test } from "node:test";
import { effectText, parseEffect } from "../../src/core/index.ts";
import { alarmsIn, compile, eventFact, Play } from "./support/play.ts";
import { COMMANDED, chain, playing } from "./support/sagas.ts";

test("a timer that was cleared and fires anyway changes nothing and leaves no history", () => {
  const play = playing();
  const { dueAt = 0 } = play.state.timers["timeout:a"] ?? {};
  play.event("ADone");
  const before = play.state;
  play.now = dueAt;
  play.fact({ kind: "timer", identity: "late", name: "timeout:a", dueAt });
  assert.equal(play.state, before);
  assert.equal(play.history.length, 2);
});

test("a timer that was set anew does not fire for the earlier one of its name", () => {
  const play = playing(COMMANDED);
  const { dueAt = 0 } = play.state.timers["timeout:a"] ?? {};
  play.event("AFailed");
  play.pass(2_000);
  const again = play.state.timers["timeout:a"];
  play.now = (again?.dueAt ?? 0) + 1;
  play.fact({ kind: "timer", identity: "earlier", name: "timeout:a", dueAt });
  assert.deepEqual(play.state.timers["timeout:a"], again);
});

test("a timer never fires early", () => {
  const play = playing();
  const { dueAt = 0 } = play.state.timers["timeout:a"] ?? {};
  play.now = dueAt - 1;
  play.fact({ kind: "timer", identity: "early", name: "timeout:a", dueAt });
  assert.equal(play.status("a"), "open");
});

test("an expression that fails makes the saga stuck with the expression named, and the next fact tries again", () => {
  const reading = compile(`
saga: reading
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, with: { amount: start.total }, done: AUndone } }
  b: { after: [a], command: { emit: DoB, with: { ref: steps.a.ref } }, done: BDone, timeout: 1m, compensate: { none: reading only } }
`);
  const play = new Play(reading);
  play.event("Started", { payload: {} });
  assert.deepEqual(alarmsIn(play.event("ADone", { payload: {} })), ["saga-stuck"]);
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^`ref: steps\.a\.ref` of DoB can't be computed \(No such key: ref\)$/);
  assert.equal(play.status("b"), "waiting");
  assert.deepEqual(alarmsIn(play.event("ADone")), [], "the same cause alarms once");
  play.pass(3_600_000);
  assert.equal(play.state.status, "compensating");
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /`amount: start\.total` of UndoA/);
  play.assertRefolds();
});

test("the effect of a request can be read back, whatever characters its parts have", () => {
  const name = { tenant: "default", definition: "chain", sagaId: "a/b c%", step: "a", element: "ü/1", round: 2 };
  assert.deepEqual(parseEffect(effectText(name)), name);
  for (const foreign of ["", "a/b", "a/b/c/d/e/0", "%/b/c/d/e/1"]) assert.equal(parseEffect(foreign), undefined);
});

test("an event is the same fact by whatever way it came: only what the definition reads is kept of it", () => {
  const play = new Play(chain);
  play.fact(eventFact("Started", { payload: { secret: "not read" } }));
  assert.deepEqual(play.state.start, {});
});
