import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEffect } from "../../src/core/index.ts";
import { alarmsIn, compileRead, sentIn } from "./support/play.ts";
import { playing } from "./support/sagas.ts";

const NONE = "compensate: { none: reading only }";

const POLL = compileRead(`
saga: polling
start: { on: Started }
deadline: 1h
steps:
  ask:
    command: { emit: StatusRequested }
    done: StatusTold
    failed: StatusLost
    timeout: 10s
    retry: { attempts: 2, backoff: 1s, jitter: 0 }
    repeat: { while: event.state == "pending", max: 3, every: 30s }
    ${NONE}
  use: { after: [ask], command: { emit: Use, with: { state: steps.ask.state } }, done: Used, timeout: 10s, ${NONE} }
`);
const pending = { state: "pending" };

test("repeat: it is asked again, a round at a time, while the guard is true; the last answer is its result", () => {
  const play = playing(POLL);
  assert.deepEqual(sentIn(play.given("StatusTold", pending)), []);
  assert.equal(play.status("ask"), "open");
  assert.deepEqual(sentIn(play.pass(30_000)), ["StatusRequested"]);
  play.given("StatusTold", { state: "paid" });
  assert.deepEqual(play.requests.at(-1)?.payload, { state: "paid" });
  const [first, second] = play.requests;
  assert.deepEqual(
    [first, second].map((request) => parseEffect(request?.effect ?? "")?.round),
    [1, 2],
  );
  assert.notEqual(first?.id, second?.id, "a round is an effect of its own");
  play.assertRefolds();
});

test("repeat: still true in the last round is failure", () => {
  const play = playing(POLL);
  for (const _ of [1, 2]) {
    play.given("StatusTold", pending);
    play.pass(30_000);
  }
  play.given("StatusTold", pending);
  assert.equal(play.state.turn?.cause, "StatusTold asked for more than 3 rounds");
  play.assertRefolds();
});

test("repeat: silence in a round is asked again under the same id, with the attempts of that round", () => {
  const play = playing(POLL);
  play.given("StatusTold", pending);
  play.pass(30_000);
  assert.deepEqual(sentIn(play.pass(11_000)), ["StatusRequested"]);
  const [, second, third] = play.requests;
  assert.deepEqual([second?.id, second?.attempt, third?.sending], [third?.id, 1, 2]);
  play.pass(10_000);
  assert.equal(play.status("ask"), "unknown");
});

test("repeat: a copy of the answer to a round that is over changes nothing, an answer that ends it counts whichever round it is of", () => {
  const play = playing(POLL);
  const effect = play.requests.at(0)?.effect ?? "";
  play.given("StatusTold", pending);
  play.given("StatusTold", pending);
  assert.equal(play.state.steps["ask"]?.round, 2, "between rounds nothing is asked, so it can only be a copy");
  play.pass(30_000);
  play.event("StatusTold", { payload: pending, effect });
  assert.equal(play.state.steps["ask"]?.round, 2);
  play.event("StatusTold", { payload: { state: "paid" }, effect });
  assert.equal(play.status("ask"), "done");
  play.assertRefolds();
});

test("repeat: a guard that can't be computed makes the saga stuck, and the next answer that can frees it", () => {
  const play = playing(POLL);
  assert.deepEqual(alarmsIn(play.given("StatusTold", {})), ["saga-stuck"]);
  play.given("StatusTold", { state: "paid" });
  assert.equal(play.state.stuck, undefined);
});

test("repeat: a saga that turns between two rounds has nothing to undo of it", () => {
  const play = playing(POLL);
  play.given("StatusTold", pending);
  play.fact({ kind: "act", identity: "x", name: "cancel", data: {} });
  assert.deepEqual([play.state.status, play.status("ask")], ["compensated", "failed"]);
});
