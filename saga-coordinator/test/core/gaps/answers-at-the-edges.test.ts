import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { childContract, compileDefinition } from "../../../src/core/index.ts";
import { alarmsIn, compileRead, ids, Play } from "../support/play.ts";
import { CHAIN } from "../support/sagas.ts";
import { unchecked } from "../support/unchecked.ts";

const NONE = "compensate: { none: reading only }";
const saga = (steps: string, more = "") => compileRead(`saga: s\nstart: { on: Started }\ndeadline: 10h\n${more}steps:\n${steps}`);

function begun(definition: ReturnType<typeof saga>, payload: Payload = {}, ...events: readonly string[]): Play {
  const play = new Play(definition);
  play.given("Started", payload);
  play.events(...events);
  return play;
}

test("an event that fits two steps in the same way is not guessed at: it raises an alarm and changes nothing", () => {
  const play = begun(saga(`  a: { done: Same, timeout: 1m, ${NONE} }\n  b: { done: Same, timeout: 1m, ${NONE} }\n`));
  const effects = play.event("Same");
  assert.deepEqual(play.statuses, { a: "open", b: "open" });
  assert.equal(alarmsIn(effects).length, 1);
});

test("an answer whose guard can't be computed holds its step up, until it settles some other way", () => {
  const play = begun(saga(`  a: { done: { on: Answered, if: event.part.ok }, failed: AFailed, timeout: 1m, ${NONE} }\n`));
  play.given("Answered", {});
  assert.match(play.state.steps["a"]?.fault ?? "", /guard of Answered as done of a/);
  assert.equal(play.status("a"), "open");
  play.event("AFailed");
  assert.equal(play.status("a"), "failed");
  play.assertRefolds();
});

test("an answer of which no guard holds is not expected", () => {
  const play = begun(
    saga(`  a: { done: { on: Answered, if: event.ok }, failed: { on: Answered, if: event.bad }, timeout: 1m, ${NONE} }\n`),
  );
  play.given("Answered", { ok: false, bad: false });
  assert.equal(play.state.unexpected, 1);
  play.given("Answered", { ok: false, bad: true });
  assert.equal(play.status("a"), "failed");
});

test("an answer without a guard goes before one whose guard is false", () => {
  const play = begun(saga(`  a: { done: { on: Answered, if: event.ok }, failed: Answered, timeout: 1m, ${NONE} }\n`));
  play.given("Answered", { ok: false });
  assert.equal(play.status("a"), "failed");
});

test("a definition that was never checked, with an expression that is none, is refused when it is compiled", () => {
  assert.throws(
    () => compileRead(CHAIN.replace("done: ADone", "done: { on: ADone, if: 'event..x' }")),
    /DEFINITION_INVALID|is no valid CEL/,
  );
});

test("a sub-saga that is not known is refused when it is compiled, with those that are", () => {
  const parent = unchecked("saga: s\nstart: { on: Started }\nsteps:\n  a: { saga: other, timeout: 1h }\n");
  assert.throws(() => compileDefinition(parent, { version: 1, ids }), /starts the saga `other`, which is not known; known are none/);
  const contract = childContract(compileRead("saga: known\nstart: { on: Begin }\nsteps:\n  a: { wait: 1h }\n"));
  assert.ok(contract);
  const children = new Map([["known", contract]]);
  assert.throws(() => compileDefinition(parent, { version: 1, ids, children }), /known are known/);
});

test("a saga with two starts is nobody's sub-saga: nothing would tell which begins it", () => {
  assert.equal(childContract(compileRead("saga: two\nstart: [{ on: A }, { on: B }]\nsteps:\n  a: { wait: 1h }\n")), undefined);
});

test("a step may be called like what every object has", () => {
  const play = begun(
    saga(`  constructor: { done: ADone, timeout: 1m, ${NONE} }\n  toString: { after: [constructor], done: BDone, timeout: 1m, ${NONE} }\n`),
  );
  play.events("ADone", "BDone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("a way of a choice without a guard is taken when none before it is, in a definition that was never checked", () => {
  const play = begun(
    saga(`  a: { choice: way, if: start.a, done: ADone, timeout: 1m, ${NONE} }\n  b: { choice: way, done: BDone, timeout: 1m, ${NONE} }\n`),
    { a: false },
  );
  assert.deepEqual(play.statuses, { a: "pruned", b: "open" });
});

test("a sub-saga's step may say that nothing is to be undone; then its saga is left as it is", () => {
  const contract = childContract(
    compileRead("saga: known\ncorrelate: { default: event.id }\nstart: { on: Begin }\nsteps:\n  a: { wait: 1h }\n"),
  );
  assert.ok(contract);
  const definition = compileRead(
    "saga: s\nstart: { on: Started }\nsteps:\n  a: { saga: known, with: { id: start.id }, timeout: 1h, compensate: { none: it only looks } }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { none: x } }\n",
    new Map([["known", contract]]),
  );
  const play = begun(definition, { id: "k" });
  const effect = play.requests[0]?.effect ?? "";
  play.event("SagaCompleted", { effect, payload: { result: null } });
  play.event("BFailed");
  assert.equal(play.state.status, "compensated");
  assert.equal(play.requests.length, 1);
});

test("a cancel that waited for a pivot with a fallback acts when the pivot fails: the fallback is not asked", () => {
  const play = begun(
    saga(
      `  p: { pivot: true, fallback: f, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m, retry: { attempts: 1 } }\n  f: { command: { emit: DoF }, done: FDone, timeout: 1m, ${NONE} }\n`,
    ),
  );
  play.fact({ kind: "act", identity: "c", name: "cancel", data: {} });
  play.event("PFailed");
  assert.equal(play.state.turn?.cause, "the saga was cancelled");
  assert.equal(play.status("f"), "waiting");
});
