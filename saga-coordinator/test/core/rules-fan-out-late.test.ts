import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { alarmsIn, compileRead, lifecycleIn, Play, sentIn } from "./support/play.ts";

/* Rules 1 and 5 for elements of a fan-out that never opened: what happened all the same is undone, element by element. */

const SHIP = (more: string, list = "start.lines") => `
  ship:
    ${more}
    forEach: ${list}
    as: line
    key: line.sku
    answerKey: event.sku
    done: Shipped
    failed: ShipRefused
    timeout: 10s`;
const UNDO =
  "\n    compensate: { emit: Return, with: { sku: line.sku, code: saga.id }, done: Returned, failed: ReturnRefused, retry: { attempts: 1 } }";
const saga = (steps: string) => compileRead(`saga: order\nstart: { on: Started }\ndeadline: 1h\nsteps:${steps}\n`);
const PAY = "\n  pay: { done: Paid, failed: PayRefused, timeout: 10s, compensate: { none: reading only } }";

const SKIPPED = saga(`${SHIP("if: start.ships")}${UNDO}${PAY}`);
const PRUNED = saga(
  `${SHIP("choice: way\n    if: start.ships")}${UNDO}\n  fetch: { choice: way, otherwise: true, done: Fetched, failed: FetchRefused, timeout: 10s, compensate: { none: reading only } }`,
);
const BEHIND = saga(`${PAY}${SHIP("after: [pay]")}${UNDO}`);

const LINES = [{ sku: "a" }, { sku: "b" }];
function started(definition: Play["definition"], lines: Payload[string] = LINES): Play {
  const play = new Play(definition);
  play.given("Started", { ships: false, lines });
  return play;
}
const say = (play: Play, name: string, sku: string) => play.given(name, { sku });
const undone = (play: Play) => play.requests.filter(({ kind }) => kind === "compensation").map(({ payload }) => payload["sku"]);

test("an element of a skipped fan-out that happened all the same is undone while the saga runs on", () => {
  const play = started(SKIPPED);
  assert.equal(play.status("ship"), "skipped");
  assert.deepEqual(sentIn(say(play, "Shipped", "b")), ["Return"]);
  assert.deepEqual(play.requests.at(-1)?.payload, { sku: "b", code: "o-1" }, "its undo knows what stands in the list");
  play.event("Paid");
  assert.equal(play.state.status, "running", "one undo is in flight");
  say(play, "Returned", "b");
  assert.deepEqual([play.state.status, play.status("ship"), play.state.steps["ship"]?.givenUp], ["completed", "undone", "skipped"]);
  play.assertRefolds();
});

test("elements of a pruned fan-out are undone one after the other, also after the saga has completed", () => {
  const play = started(PRUNED);
  play.event("Fetched");
  assert.deepEqual([play.state.status, play.status("ship")], ["completed", "pruned"]);
  say(play, "Shipped", "a");
  say(play, "Shipped", "b");
  assert.deepEqual(undone(play), ["a"], "one undo at a time");
  say(play, "Returned", "a");
  assert.deepEqual(undone(play), ["a", "b"]);
  say(play, "Returned", "b");
  assert.deepEqual([play.state.status, play.status("ship"), play.state.stuck], ["completed", "undone", undefined]);
  say(play, "Shipped", "b");
  assert.equal(play.requests.at(-1)?.attempt, 2, "and so is one that came after its undone");
  assert.equal(play.status("ship"), "undoing");
  say(play, "Returned", "b");
  assert.equal(play.status("ship"), "undone");
  play.assertRefolds();
});

test("an element of a fan-out that the saga turned before is a late success, and the saga turns again for it", () => {
  const play = started(BEHIND);
  play.event("PayRefused");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(lifecycleIn(say(play, "Shipped", "a")), ["SagaCompensating", "StepUndoing"]);
  say(play, "Returned", "a");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("an element that is not in the list stays unexpected, and alarms since the fan-out opens no more", () => {
  for (const [definition, ...events] of [[SKIPPED], [PRUNED], [BEHIND, "PayRefused"]] as const) {
    const play = started(definition);
    play.events(...events);
    const effects = say(play, "Shipped", "z");
    assert.deepEqual(lifecycleIn(effects), ["UnexpectedEvent"]);
    assert.deepEqual(alarmsIn(effects), ["answer-ambiguous"]);
    assert.deepEqual(sentIn(effects), []);
  }
});

test("a failure of an element that was not taken changes nothing, and so does the undone of one that was not undone", () => {
  const play = started(SKIPPED);
  assert.deepEqual(lifecycleIn(say(play, "ShipRefused", "a")), []);
  assert.deepEqual(lifecycleIn(say(play, "Returned", "a")), ["UnexpectedEvent"]);
  assert.equal(play.status("ship"), "skipped");
  play.event("Paid");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("an element that happened although nothing undoes it is alarmed", () => {
  const beyond = saga(`
  pay: { command: { emit: Pay }, done: Paid, failed: PayRefused, timeout: 10s, pivot: true }${SHIP("after: [pay]\n    if: start.ships")}
  close: { after: [pay], done: Closed, timeout: 10s, optional: true }`);
  const play = started(beyond);
  play.event("Paid");
  assert.deepEqual([play.state.status, play.status("ship")], ["completed", "skipped"]);
  assert.deepEqual(alarmsIn(say(play, "Shipped", "a")), ["answer-contradicts"]);
  assert.deepEqual(play.sent, ["Pay"]);
});

test("a list of two elements of one key fails, and what happened of them all the same is undone", () => {
  const play = started(saga(`${SHIP("")}${UNDO}`), [{ sku: "a" }, { sku: "a" }, { sku: "b" }]);
  assert.equal(play.state.status, "compensated");
  say(play, "Shipped", "b");
  say(play, "Returned", "b");
  assert.deepEqual([play.state.status, undone(play)], ["compensated", ["b"]]);
  play.assertRefolds();
});

const LATE_LIST = saga(
  `${PAY}\n  pack: { done: Packed, failed: PackRefused, timeout: 10s, compensate: { none: reading only } }${SHIP("after: [pay, pack]", "steps.pack.lines")}${UNDO}`,
);

test("an element whose list was not known when the saga turned is undone once the list is", () => {
  const play = started(LATE_LIST);
  play.event("PayRefused");
  say(play, "Shipped", "a");
  say(play, "Shipped", "z");
  assert.deepEqual([play.state.status, undone(play)], ["compensating", []]);
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^`sku: line\.sku` of Return can't be computed/);
  const effects = play.given("Packed", { lines: LINES });
  assert.deepEqual(alarmsIn(effects), ["answer-contradicts"], "z is not in the list");
  assert.deepEqual([undone(play), play.state.stuck], [["a"], undefined]);
  say(play, "Returned", "a");
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("an optional fan-out that lost all of its elements gives back the one that happened after all", () => {
  const play = started(saga(`${SHIP("optional: true")}${UNDO}${PAY}`));
  say(play, "ShipRefused", "a");
  say(play, "ShipRefused", "b");
  assert.deepEqual([play.status("ship"), undone(play)], ["failed", []]);
  say(play, "Shipped", "a");
  assert.deepEqual(undone(play), ["a"]);
  play.assertRefolds();
});
