import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { parseEffect } from "../../src/core/index.ts";
import { compileRead, lifecycleIn, Play, sentIn } from "./support/play.ts";

const CODE = `{ code: 'steps.ship["a"].code' }`;
const yaml = (more = "", saga = "") => `
saga: order
start: { on: Started }
deadline: 1h
${saga}
steps:
  ship:
    forEach: start.lines
    as: line
    key: line.sku
    answerKey: event.sku
    command: { emit: ShipRequested, with: { sku: line.sku, count: line.count } }
    done: Shipped
    failed: ShipRefused
    timeout: 10s
    retry: { attempts: 2, backoff: 1s, on: [timeout] }
    compensate: { emit: ReturnRequested, with: { sku: line.sku }, done: Returned, failed: ReturnRefused }${more}
  bill: { after: [ship], command: { emit: Bill, with: { code: 'steps.ship["a"].code' } }, done: Billed, failed: BillRefused, timeout: 10s, compensate: { none: reading only } }
`;
const FAN = compileRead(yaml());
const LINES = [
  { sku: "a", count: 1 },
  { sku: "b", count: 2 },
  { sku: "c/ü:%", count: 3 },
];

function shipping(definition = FAN, lines: Payload[string] = LINES): Play {
  const play = new Play(definition);
  play.given("Started", { lines });
  return play;
}
const shipped = (play: Play, ...skus: string[]) => skus.flatMap((sku) => play.given("Shipped", { sku, code: `code-${sku}` }));

test("fan-out: one effect per element, each asked for with its own element, and done when all are", () => {
  const play = shipping();
  assert.deepEqual(
    play.requests.map(({ payload }) => payload),
    LINES,
  );
  assert.deepEqual(
    play.requests.map(({ effect }) => parseEffect(effect)?.element),
    ["a", "b", "c/ü:%"],
  );
  assert.equal(new Set(play.requests.map(({ id }) => id)).size, 3);
  shipped(play, "b", "c/ü:%");
  assert.equal(play.status("ship"), "open");
  assert.deepEqual(lifecycleIn(shipped(play, "a")), ["StepDone", "StepOpened"]);
  assert.deepEqual(play.requests.at(-1)?.payload, { code: "code-a" }, "steps.ship is a map of key to payload");
  play.event("Billed");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("fan-out: an empty list is done at once", () => {
  const play = shipping(compileRead(yaml().replace(CODE, "{}")), []);
  assert.deepEqual([play.status("ship"), play.status("bill")], ["done", "open"]);
});

test("fan-out: two elements of one key fail the step, and so do more than a thousand", () => {
  assert.match(
    shipping(FAN, [LINES[0], LINES[0]] as Payload[string]).state.turn?.cause ?? "",
    /^two elements of start\.lines have the key a$/,
  );
  const many = Array.from({ length: 1001 }, (_, at) => ({ sku: `s${at}`, count: 1 }));
  assert.match(shipping(FAN, many).state.turn?.cause ?? "", /has 1001 elements; allowed are 1000$/);
  assert.equal(shipping(FAN, many.slice(1)).requests.length, 1000);
});

test("fan-out: an element is asked again by itself when it is silent", () => {
  const play = shipping();
  shipped(play, "a");
  assert.deepEqual(sentIn(play.pass(11_500)).length, 2, "the other two");
});

test("fan-out: it fails when all have settled and one failed; then what the others did is undone", () => {
  const play = shipping();
  play.given("ShipRefused", { sku: "a" });
  assert.equal(play.status("ship"), "open", "the others are still under way");
  shipped(play, "b", "c/ü:%");
  assert.equal(play.state.turn?.cause, "a: ShipRefused");
  assert.deepEqual(play.requests.at(-1)?.payload, { sku: "c/ü:%" });
  play.given("Returned", { sku: "c/ü:%" });
  assert.deepEqual(play.requests.at(-1)?.payload, { sku: "b" });
  play.given("Returned", { sku: "b" });
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("fan-out: an element nobody knows of is undone first when the saga turns", () => {
  const play = shipping();
  shipped(play, "a", "b");
  play.pass(60_000);
  assert.deepEqual(
    play.requests.filter(({ kind }) => kind === "compensation").map(({ payload }) => payload),
    [{ sku: "c/ü:%" }],
  );
  for (const sku of ["c/ü:%", "b", "a"]) play.given("Returned", { sku });
  assert.deepEqual([play.state.status, play.status("ship")], ["compensated", "failed"]);
  play.assertRefolds();
});

test("fan-out: undos in parallel go to all elements together", () => {
  const play = shipping(compileRead(yaml("", "compensation: parallel")));
  shipped(play, "a", "b", "c/ü:%");
  assert.equal(play.event("BillRefused").filter(({ kind }) => kind === "compensation").length, 3);
  assert.equal(play.status("ship"), "undoing");
  for (const sku of ["a", "b", "c/ü:%"]) play.given("Returned", { sku });
  assert.deepEqual([play.state.status, play.status("ship")], ["compensated", "undone"]);
  play.assertRefolds();
});

test("fan-out: when an optional one fails, what its other elements did is undone while the saga runs on", () => {
  const play = shipping(compileRead(yaml("\n    optional: true").replace(CODE, "{}")));
  shipped(play, "a", "b");
  assert.deepEqual(sentIn(play.given("ShipRefused", { sku: "c/ü:%" })), ["Bill", "ReturnRequested"]);
  play.given("Returned", { sku: "b" });
  play.event("Billed");
  assert.equal(play.state.status, "running", "one undo is still in flight");
  play.given("Returned", { sku: "a" });
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("fan-out: a late success of an element that was undone is undone once more", () => {
  const play = shipping();
  shipped(play, "a", "b");
  play.pass(60_000);
  for (const sku of ["c/ü:%", "b", "a"]) play.given("Returned", { sku });
  shipped(play, "c/ü:%");
  assert.deepEqual([play.state.status, play.requests.at(-1)?.attempt], ["compensating", 2]);
  play.given("Returned", { sku: "c/ü:%" });
  assert.equal(play.state.status, "compensated");
  play.assertRefolds();
});

test("fan-out: an answer names its element by its effect, or by its key; one that names none, or a strange one, is unexpected", () => {
  const play = shipping();
  play.event("Shipped", { payload: { code: "x" }, effect: play.requests.at(1)?.effect ?? "" });
  assert.equal(play.state.steps["ship/b"]?.status, "done");
  assert.deepEqual(lifecycleIn(shipped(play, "z")), ["UnexpectedEvent"]);
  assert.deepEqual(lifecycleIn(play.given("Shipped", { sku: "", code: "x" })), ["UnexpectedEvent"]);
  play.given("Shipped", { code: "x" });
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^`event\.sku` \(answerKey of ship\) can't be computed/);
  shipped(play, "a", "c/ü:%");
  assert.equal(play.state.stuck, undefined);
});

test("rule 1: elements that were done before the start need no command", () => {
  const play = new Play(FAN);
  shipped(play, "a", "z");
  play.given("Started", { lines: LINES });
  assert.deepEqual(
    play.requests.map(({ payload }) => payload["sku"]),
    ["b", "c/ü:%"],
  );
  assert.equal(play.state.unexpected, 1, "z is not in the list");
  shipped(play, "b", "c/ü:%");
  assert.equal(play.status("ship"), "done");
  play.assertRefolds();
});

test("fan-out: a list or a key that can't be computed makes the saga stuck and sends nothing", () => {
  for (const [lines, cause] of [
    ["none", /it gives no list/],
    [[{ sku: "a" }], /`count: line\.count` of ShipRequested can't be computed/],
    [[{ count: 1 }], /`line\.sku` \(key of ship\) can't be computed/],
    [[{ sku: 1.5, count: 1 }], /it gives no text or whole number/],
  ] as const) {
    const play = shipping(FAN, lines as Payload[string]); // every one is a value
    assert.match(play.state.stuck?.at(0)?.cause ?? "", cause);
    assert.deepEqual(play.sent, []);
    play.assertRefolds();
  }
});
