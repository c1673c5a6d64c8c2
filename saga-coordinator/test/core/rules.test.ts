import assert from "node:assert/strict";
import { test } from "node:test";
import { EARLY_LIMIT, effectText, nextDueAt, parseEffect } from "../../src/core/index.ts";
import { alarmsIn, compile, eventFact, lifecycleIn, Play, sentIn } from "./support/play.ts";

/** Three observed steps in a row, each undone by the event that its name says. */
const CHAIN = `
saga: chain
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed } }
  b: { after: [a], done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [b], done: CDone, failed: CFailed, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }
`;
const chain = compile(CHAIN);

function playing(definition = chain, ...events: string[]): Play {
  const play = new Play(definition);
  play.events("Started", ...events);
  return play;
}

test("rule 1: an event before its start is kept, and counts as soon as the start comes", () => {
  const play = new Play(chain);
  assert.deepEqual(play.event("ADone"), []);
  assert.equal(play.state.status, "awaiting");
  assert.deepEqual(lifecycleIn(play.event("Started")), ["SagaStarted", "StepDone", "StepOpened"]);
  assert.deepEqual(play.statuses, { a: "done", b: "open", c: "waiting" });
  play.assertRefolds();
});

test("rule 1: early events whose start does not come are kept and alarmed after the patience, and a late start still takes them up", () => {
  const play = new Play(chain);
  play.event("ADone");
  assert.equal(nextDueAt(play.state), play.now + 3_600_000);
  assert.deepEqual(alarmsIn(play.pass(3_600_000)), ["start-missing"]);
  assert.equal(play.state.status, "unmatched");
  play.event("Started");
  assert.equal(play.status("a"), "done");
  play.assertRefolds();
});

test("rule 1: a saga that has not started holds a bounded number of events, then they go to the dead letters", () => {
  const play = new Play(chain);
  for (let at = 0; at < EARLY_LIMIT; at++) play.event("ADone");
  assert.throws(() => play.event("ADone"), { code: "EARLY_EVENTS_FULL", disposition: "dead-letter" });
  assert.equal(play.state.early?.length, EARLY_LIMIT);
});

test("rule 1: an early failure turns the saga the moment it starts, and nothing is asked of anybody", () => {
  const play = new Play(chain);
  play.events("BFailed", "Started");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(play.sent, []);
  play.assertRefolds();
});

test("rule 1: an event that no step listens to is recorded as unexpected, with its name and why", () => {
  const [effect] = playing().event("Elsewhere");
  assert.equal(effect?.kind === "lifecycle" && effect.event, "UnexpectedEvent");
  assert.deepEqual(effect?.kind === "lifecycle" && effect.payload, {
    sagaId: "o-1",
    definition: "chain",
    version: 1,
    event: "Elsewhere",
    reason: "no step of the saga listens to it",
    at: 1_000_000,
  });
});

const COMMANDED = compile(`
saga: commanded
start: { on: Started }
deadline: 1h
steps:
  a:
    command: { emit: DoA }
    done: ADone
    failed: AFailed
    timeout: 10s
    retry: { attempts: 3, backoff: 1s }
    compensate: { emit: UndoA, done: AUndone }
`);

test("rule 2: an explicit failure is asked again under the next attempt, and turns the saga when attempts are used up", () => {
  const play = playing(COMMANDED);
  for (const attempt of [1, 2]) {
    assert.deepEqual(sentIn(play.event("AFailed")), [], `attempt ${attempt} failed: wait for the backoff`);
    assert.deepEqual(sentIn(play.pass(2_000)), ["DoA"]);
  }
  assert.deepEqual(
    play.requests.map(({ attempt, sending }) => [attempt, sending]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  );
  assert.equal(new Set(play.requests.map(({ id }) => id)).size, 3);
  play.event("AFailed");
  assert.equal(play.state.status, "compensated", "failed promises no effect, so nothing is to undo");
  assert.equal(play.state.turn?.cause, "AFailed after 3 sendings");
  play.assertRefolds();
});

test("effects: silence sends the same id again, since nobody knows whether the first one arrived", () => {
  const play = playing(COMMANDED);
  play.pass(12_000);
  const [first, second] = play.requests;
  assert.equal(play.requests.length, 2);
  assert.equal(first?.id, second?.id);
  assert.deepEqual(first?.payload, second?.payload);
});

test("rule 5: a failure of an older attempt changes nothing", () => {
  const play = playing(COMMANDED);
  const causationId = play.requests.at(0)?.id ?? "";
  play.event("AFailed", { causationId });
  play.pass(2_000);
  play.event("AFailed", { causationId });
  assert.equal(play.status("a"), "open");
  play.event("ADone");
  assert.deepEqual(alarmsIn(play.event("AFailed", { causationId })), [], "not even an alarm");
  assert.equal(play.state.status, "completed");
});

test("rule 2: a second copy of a failure, while nothing is in flight, does not use up an attempt", () => {
  const play = playing(COMMANDED);
  play.events("AFailed", "AFailed", "AFailed");
  assert.equal(play.status("a"), "open");
  assert.deepEqual(sentIn(play.pass(2_000)), ["DoA"]);
});

test("rule 2: `retry.on` decides which endings are asked again", () => {
  const onlySilence = compile(`
saga: s
start: { on: Started }
steps:
  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 10s, retry: { attempts: 3, on: [timeout] }, compensate: { none: reading only } }
`);
  assert.equal(playing(onlySilence, "AFailed").state.status, "compensated");
  const play = playing(onlySilence);
  assert.deepEqual(sentIn(play.pass(11_000)), ["DoA"]);
});

test("rule 3: steps are undone one at a time, dependants first", () => {
  const play = playing(chain, "ADone", "BDone", "CFailed");
  assert.deepEqual(play.sent, ["UndoB"]);
  play.event("BUndone");
  assert.deepEqual(play.sent, ["UndoB", "UndoA"]);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
});

const PARALLEL = compile(`
saga: parallel
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { done: BDone, timeout: 1m, compensate: { emit: UndoB, done: BUndone } }
  c: { done: CDone, timeout: 1m, compensate: { emit: UndoC, done: CUndone } }
  d: { done: DDone, failed: DFailed, timeout: 1m, compensate: { none: it only decides } }
`);

test("rule 3: among steps that do not depend on each other, unknown goes before done, then the latest in history first", () => {
  const play = playing(PARALLEL, "CDone", "ADone", "DFailed");
  play.events("BUndone", "AUndone", "CUndone");
  assert.deepEqual(play.sent, ["UndoB", "UndoA", "UndoC"]);
  assert.equal(play.state.status, "compensated");
});

test("rule 3: unknown steps that opened together go back in the reverse order of the file", () => {
  const play = playing(PARALLEL, "DFailed");
  play.events("CUndone", "BUndone", "AUndone");
  assert.deepEqual(play.sent, ["UndoC", "UndoB", "UndoA"]);
});

test("rule 3: a step that never opened is not touched", () => {
  const play = playing(chain, "AFailed");
  assert.deepEqual(play.sent, []);
  assert.equal(play.status("b"), "waiting");
});

test("rule 4: a step that timed out gets its undo, since it may have happened", () => {
  const play = playing();
  assert.deepEqual(sentIn(play.pass(10_000)), ["UndoA"]);
  assert.deepEqual(lifecycleIn(play.effects), ["SagaStarted", "StepOpened", "StepTimedOut", "SagaCompensating", "StepUndoing"]);
});

test("rule 5: a done of a step that never opened, in a saga that is compensated, is undone too", () => {
  const play = playing(chain, "AFailed");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(sentIn(play.event("CDone")), ["UndoC"]);
  play.event("CUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("rule 5: a second answer to the first undo does not settle the undo that was sent once more", () => {
  const play = playing();
  play.pass(10_000);
  const first = play.requests.at(0)?.id ?? "";
  play.event("AUndone", { causationId: first });
  play.event("ADone");
  const second = play.requests.at(1)?.id ?? "";
  play.event("AUndone", { causationId: first });
  assert.equal(play.status("a"), "undoing");
  play.event("AUndone", { causationId: second });
  assert.equal(play.state.status, "compensated");
});

test("rule 5: a late answer to a step with nothing to undo never reopens a saga", () => {
  const play = playing(PARALLEL);
  play.pass(60_000);
  play.events("CUndone", "BUndone", "AUndone");
  assert.equal(play.state.status, "compensated");
  play.event("DDone");
  assert.equal(play.state.status, "compensated");
});

test("rule 5: failed after done is a contradiction that alarms; the effect still counts", () => {
  const play = playing(chain, "ADone");
  assert.deepEqual(alarmsIn(play.event("AFailed")), ["answer-contradicts"]);
  assert.equal(play.status("a"), "done");
});

const PIVOT = compile(`
saga: pivoted
start: { on: Started }
deadline: 5m
steps:
  a: { done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  side: { done: SideDone, timeout: 1m, compensate: { emit: UndoSide, done: SideUndone } }
  p:
    after: [a]
    pivot: true
    command: { emit: DoP }
    done: PDone
    failed: PFailed
    timeout: 10s
    retry: { attempts: 2, backoff: 1s, on: [timeout] }
  last: { after: [p], command: { emit: DoLast }, done: LastDone, failed: LastFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s } }
`);

test("rule 6: the pivot opens only when every required step that does not depend on it has settled", () => {
  const play = playing(PIVOT, "ADone");
  assert.equal(play.status("p"), "waiting", "side is still open");
  assert.deepEqual(sentIn(play.event("SideDone")), ["DoP"]);
});

test("rule 6: a pivot that fails explicitly for good turns the saga", () => {
  const play = playing(PIVOT, "ADone", "SideDone");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoSide"]);
  play.events("SideUndone", "AUndone");
  assert.equal(play.state.status, "compensated");
});

test("rule 6: a pivot that stays silent makes the saga stuck, naming step, cause and actions; it never turns it", () => {
  const play = playing(PIVOT, "ADone", "SideDone");
  const effects = play.pass(60_000);
  const alarm = effects.find(({ kind }) => kind === "alarm");
  assert.deepEqual(alarm, {
    kind: "alarm",
    code: "saga-stuck",
    definition: "pivoted",
    sagaId: "o-1",
    owner: undefined,
    step: "p",
    cause: "p is unknown (no answer in 10s, 2 times) and it is the pivot",
    actions: ["retry", "settle-as-done", "settle-as-failed"],
  });
  assert.deepEqual(lifecycleIn(effects), ["StepTimedOut", "SagaStuck"]);
  assert.equal(play.state.status, "running");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoSide"], "a late failure is explicit: now it may turn");
  assert.equal(play.state.stuck, undefined);
});

test("rule 6: after the pivot nothing is undone; a step is retried, then the saga is stuck, and a late done frees it", () => {
  const play = playing(PIVOT, "ADone", "SideDone", "PDone");
  play.event("LastFailed");
  play.pass(2_000);
  assert.deepEqual(alarmsIn(play.event("LastFailed")), ["saga-stuck"]);
  assert.equal(play.state.status, "running");
  assert.deepEqual(lifecycleIn(play.event("LastDone")), ["StepDone", "SagaUnstuck", "SagaCompleted"]);
  play.assertRefolds();
});

test("rule 7: the deadline turns a saga before the pivot", () => {
  const slow = playing(compile(CHAIN.replaceAll("timeout: 10s, ", "")), "ADone");
  assert.deepEqual(sentIn(slow.pass(3_600_000)), ["UndoB"]);
  assert.deepEqual(slow.state.turn, { step: null, cause: "the deadline of the saga passed", at: slow.now });
});

test("rule 7: while the pivot is open the deadline is remembered, and acts when the pivot fails for good", () => {
  const slow = compile(`
saga: slow
start: { on: Started }
deadline: 1m
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1h }
`);
  const play = playing(slow, "ADone");
  assert.deepEqual(play.pass(60_000), []);
  assert.equal(play.state.status, "running");
  assert.deepEqual(sentIn(play.event("PFailed")), ["UndoA"]);
});

test("rule 7: after the pivot the deadline alarms once and the saga runs on", () => {
  const play = playing(PIVOT, "ADone", "SideDone", "PDone");
  play.pass(60_000);
  assert.deepEqual(alarmsIn(play.pass(10 * 60_000)), ["deadline-after-pivot"]);
  assert.equal(play.state.status, "running");
});

const STUBBORN = compile(`
saga: stubborn
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { after: [a], done: BDone, timeout: 1m, compensate: { emit: UndoB, done: BUndone, failed: UndoBFailed, timeout: 10s, retry: { attempts: 3, backoff: 1s, max: 2s } } }
  free: { done: FreeDone, timeout: 1m, compensate: { emit: UndoFree, done: FreeUndone } }
  d: { done: DDone, failed: DFailed, timeout: 1m, compensate: { none: it only decides } }
`);

test("rule 8: an undo is asked again under the same id after silence, and under the next attempt after a failure", () => {
  const play = playing(STUBBORN, "FreeDone", "ADone", "BDone", "DFailed");
  play.pass(12_000);
  play.event("UndoBFailed");
  play.pass(3_000);
  const undos = play.requests.filter(({ event }) => event === "UndoB");
  assert.deepEqual(
    undos.map(({ attempt, sending }) => [attempt, sending]),
    [
      [1, 1],
      [1, 2],
      [2, 3],
    ],
  );
  assert.equal(undos.at(0)?.id, undos.at(1)?.id);
  assert.notEqual(undos.at(1)?.id, undos.at(2)?.id);
});

test("rule 8: a used-up undo means stuck with an alarm; independent undos go on, and a late answer clears it", () => {
  const play = playing(STUBBORN, "FreeDone", "ADone", "BDone", "DFailed");
  const effects = play.pass(60_000);
  assert.deepEqual(alarmsIn(effects), ["saga-stuck"]);
  assert.deepEqual(play.state.stuck, [
    { step: "b", cause: "the undo of b is used up: no answer in 10s, 3 times", actions: ["retry", "waive-undo"] },
  ]);
  assert.equal(play.status("free"), "undoing", "independent of b");
  assert.equal(play.status("a"), "done", "b depends on it, so it waits");
  play.event("FreeUndone");
  assert.equal(play.state.status, "compensating");
  assert.deepEqual(lifecycleIn(play.event("BUndone")), ["StepUndone", "StepUndoing", "SagaUnstuck"]);
  play.event("AUndone");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("rule 8: backoff doubles to its limit, is shortened by at most a fifth, and is the same in every replay", () => {
  const ten = compile(`
saga: ten
start: { on: Started }
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone, timeout: 1s, retry: { attempts: 10, backoff: 1s, max: 8s } } }
`);
  const waits = (): readonly number[] => {
    const play = playing(ten);
    play.pass(60_000);
    return Array.from({ length: 5 }, () => {
      play.pass(1_000);
      const wait = (nextDueAt(play.state) ?? 0) - play.now;
      play.pass(wait);
      return wait;
    });
  };
  const first = waits();
  assert.deepEqual(waits(), first);
  [1_000, 2_000, 4_000, 8_000, 8_000].forEach((full, at) => {
    const wait = first[at] ?? 0;
    assert.ok(wait <= full && wait >= full * 0.8, `wait ${at} is ${wait}, expected ${full * 0.8} to ${full}`);
  });
});

const OPTIONAL = compile(`
saga: optional
start: { on: Started }
deadline: 1h
steps:
  extra: { optional: true, done: ExtraDone, failed: ExtraFailed, timeout: 10s, compensate: { emit: UndoExtra, done: ExtraUndone } }
  a: { after: [extra], done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  tell: { after: [a], optional: true, done: Told, timeout: 1h, compensate: { none: a message } }
`);

test("rule 9: an optional step satisfies what comes after it however it settles, and never turns the saga", () => {
  for (const ending of ["ExtraDone", "ExtraFailed"]) assert.equal(playing(OPTIONAL, ending).status("a"), "open");
  const silent = playing(OPTIONAL);
  silent.pass(10_000);
  assert.deepEqual([silent.state.status, silent.status("a")], ["running", "open"]);
});

test("rule 9: the end does not wait for optional steps, and their late done is accepted", () => {
  const play = playing(OPTIONAL, "ExtraDone", "ADone");
  assert.equal(play.state.status, "completed");
  assert.deepEqual(play.state.timers, {});
  play.event("Told");
  assert.deepEqual([play.state.status, play.status("tell")], ["completed", "done"]);
});

test("rule 9: an optional step with an effect is undone when the saga turns", () => {
  const play = playing(OPTIONAL);
  play.pass(10_000);
  play.events("ExtraDone", "AFailed");
  assert.deepEqual(play.sent, ["UndoExtra"]);
});

/** Two steps with one answer type: the checker refuses it, so it is built here without it. */
const TWINS = (() => {
  const one = compile(`
saga: twins
start: { on: Started }
deadline: 1h
steps:
  left: { command: { emit: DoLeft }, done: LeftDone, timeout: 1m, compensate: { emit: UndoLeft, done: LeftUndone } }
  right: { command: { emit: DoRight }, done: RightDone, timeout: 1m, compensate: { emit: UndoRight, done: RightUndone } }
`);
  const both = [
    { kind: "done", step: "left" },
    { kind: "done", step: "right" },
  ] as const;
  return { ...one, roles: new Map([...one.roles, ["Answered", both]]) };
})();

test("rule 12: an answer is matched by its effect first, then by the message it answers", () => {
  const play = playing(TWINS);
  play.event("Answered", { effect: effectText({ tenant: "default", definition: "twins", sagaId: "o-1", step: "right", element: "", round: 1 }) });
  assert.deepEqual(play.statuses, { left: "open", right: "done" });
  play.event("Answered", { causationId: play.requests.at(0)?.id ?? "" });
  assert.deepEqual(play.statuses, { left: "done", right: "done" });
});

test("rule 12: two matches that nothing tells apart are unexpected and alarm, and nobody moves", () => {
  const play = playing(TWINS);
  const effects = play.event("Answered");
  assert.deepEqual([lifecycleIn(effects), alarmsIn(effects)], [["UnexpectedEvent"], ["answer-ambiguous"]]);
  assert.deepEqual(play.statuses, { left: "open", right: "open" });
});

test("rule 12: an effect that was passed on from another step's request does not misdirect an answer", () => {
  const play = playing(COMMANDED);
  play.event("ADone", { effect: effectText({ tenant: "default", definition: "commanded", sagaId: "o-1", step: "elsewhere", element: "", round: 1 }) });
  assert.equal(play.status("a"), "done");
});

test("rule 14: a second start is recorded as unexpected, and the first stays", () => {
  const play = playing();
  const before = play.state.startedAt;
  play.now += 5_000;
  assert.deepEqual(lifecycleIn(play.event("Started")), ["UnexpectedEvent"]);
  assert.deepEqual([play.state.startedAt, play.state.unexpected], [before, 1]);
});

test("rule 16: an instance carries the definition and version it started with", () => {
  const { definition, version } = playing().state;
  assert.deepEqual([definition, version], ["chain", 1]);
  assert.match(chain.label, /^chain@1#[0-9a-f]{12}$/);
});

test("rule 18: acts of an operator are recorded, not lost, while this version can't carry them out", () => {
  const play = playing();
  const effects = play.fact({ kind: "act", identity: "act-1", name: "cancel", data: {} });
  assert.deepEqual(lifecycleIn(effects), ["UnexpectedEvent"]);
  play.assertRefolds();
});

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
