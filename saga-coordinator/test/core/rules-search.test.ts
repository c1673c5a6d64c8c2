import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@troupe/kernel";
import { compileRead, Play } from "./support/play.ts";

const SAGA = `
saga: told
start: { on: Started }
deadline: 1h
search: { customer: start.customerId, tracking: steps.ship.code }
steps:
  ship: { done: Shipped, timeout: 10s, compensate: { none: a test } }
  bill: { after: [ship], done: Billed, timeout: 10s, compensate: { none: a test } }
`;

function shipped(): Play {
  const play = new Play(compileRead(SAGA));
  play.given("Started", { customerId: "c-1" });
  play.given("Shipped", { code: "X9" });
  return play;
}

function edit(play: Play, data: JsonObject): void {
  play.fact({
    kind: "act",
    identity: `edit-${play.history.length}`,
    name: "edit-data",
    data: { by: "ann", role: "operator", reason: "r", ...data },
  });
}

test("rule 19: search keys that did not change are the very same object, so that nothing is written of them", () => {
  const play = new Play(compileRead(SAGA));
  play.given("Started", { customerId: "c-1" });
  const { search } = play.state;
  play.given("Stranger", {});
  play.pass(9_000);
  assert.equal(play.state.search, search);
  play.given("Shipped", { code: "X9" });
  const { search: later } = play.state;
  assert.deepEqual(later, { customer: "c-1", tracking: "X9" });
  play.given("Billed", {});
  assert.equal(play.state.search, later);
  play.assertRefolds();
});

test("rule 19: a search key follows the data that an operator edits, of the start and of a step", () => {
  const play = shipped();
  edit(play, { payload: { customerId: "c-2" } });
  assert.deepEqual(play.state.search, { customer: "c-2", tracking: "X9" });
  edit(play, { step: "ship", payload: { code: "Y1" } });
  assert.deepEqual(play.state.search, { customer: "c-2", tracking: "Y1" });
  play.assertRefolds();
});

test("rule 19: a search key that becomes null keeps its last value", () => {
  const play = shipped();
  edit(play, { payload: { customerId: null } });
  assert.deepEqual(play.state.search, { customer: "c-1", tracking: "X9" });
  play.assertRefolds();
});
