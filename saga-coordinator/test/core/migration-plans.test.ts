import assert from "node:assert/strict";
import { test } from "node:test";
import { type CompiledDefinition, planMigration, previewMigration } from "../../src/core/index.ts";
import { COMMANDED, Life, NO_B, problems, version } from "./support/life.ts";
import { CHAIN } from "./support/sagas.ts";

const V1 = version(1, CHAIN);
const v2 = (from: string | RegExp, to: string): CompiledDefinition => version(2, CHAIN.replace(from, to));

test("a live step with an effect needs a place; one that nothing happened to yet, failed or was undone does not", () => {
  const other = version(2, NO_B);
  const needs = (status: string) => [`b is ${status} and has an effect, so version 2 needs a step that takes it over`];
  for (const [status, ...happened] of [
    ["open", "Started", "ADone"],
    ["done", "Started", "ADone", "BDone"],
    ["undoing", "Started", "ADone", "BDone", "CFailed"],
  ] as const) {
    const life = new Life(V1, other);
    life.events(...happened);
    assert.equal(life.status("b"), status);
    assert.deepEqual(problems(life, other), needs(status));
    assert.deepEqual(problems(life, other, { b: null }), needs(status), "to drop it on purpose is no way out");
  }
  const unknown = new Life(V1, other);
  unknown.events("Started", "ADone");
  unknown.pass(10_000);
  assert.deepEqual(problems(unknown, other), needs("undoing"));
  for (const happened of [["Started"], ["Started", "ADone", "BFailed"], ["Started", "ADone", "BDone", "CFailed", "BUndone"]]) {
    const life = new Life(V1, other);
    life.events(...happened);
    assert.deepEqual(problems(life, other), [], happened.join(", "));
  }
});

test("no other step may come to the name of an effect that was asked for", () => {
  const both = `${COMMANDED.replace("pay:", "charge:")}  pay: { after: [charge], done: Thanked, timeout: 1s, compensate: { none: it reads } }\n`;
  const life = new Life(version(1, COMMANDED), version(2, both));
  life.event("Started", { total: 5 });
  assert.deepEqual(problems(life, version(2, both), { pay: "charge" }), [
    "the effect of pay is known as pay, and version 2 has another step of that name",
  ]);
});

test("what the other version reads and this one did not keep is missing, and listed", () => {
  const reading = v2("emit: UndoA,", "emit: UndoA, with: { total: start.total, amount: steps.a.amount },");
  const life = new Life(V1, reading);
  life.event("Started", { total: 5 });
  life.event("ADone", { amount: 1 });
  const { missing } = planMigration({ from: V1, to: reading, saga: life.state, steps: {} });
  assert.deepEqual(missing, [
    { of: "start", fields: ["total"] },
    { of: "a", fields: ["amount"] },
  ]);
  assert.deepEqual(problems(life, reading), [
    "version 2 reads and version 1 did not keep start.total",
    "version 2 reads and version 1 did not keep a.amount",
  ]);
  life.migrate(reading);
  assert.equal(life.definition, V1);
});

test("an event that waits for its start misses what only the other version reads", () => {
  const reading = v2("emit: UndoB,", "emit: UndoB, with: { amount: steps.b.amount },");
  const life = new Life(V1, reading);
  life.event("BDone", { amount: 7 });
  assert.deepEqual(problems(life, reading), ["version 2 reads and version 1 did not keep BDone.amount"]);
});

test("a plan with names that are not there, or two steps in one place, is refused with what is allowed", () => {
  const other = version(2, NO_B);
  const life = new Life(V1, other);
  life.event("Started");
  assert.deepEqual(problems(life, other, { x: "a" }), ["version 1 has no step x; its steps are a, b, c"]);
  assert.deepEqual(problems(life, other, { b: "x" }), ["version 2 has no step x; its steps are a, c"]);
  assert.deepEqual(problems(life, other, { b: "c" }), ["b and c can't both become c; name another step, or null"]);
});

test("an ended saga, the version that it runs, and another saga are refused", () => {
  const life = new Life(V1);
  life.events("Started", "ADone", "BDone", "CDone");
  assert.deepEqual(problems(life, v2("1h", "2h")), ["the saga is completed, so nothing of it is left to go on"]);
  const running = new Life(V1);
  running.event("Started");
  assert.deepEqual(problems(running, V1), ["the saga runs version 1 already"]);
  assert.match(problems(running, version(1, NO_B.replace("saga: chain", "saga: other")))[0] ?? "", /^other@1#\w+ is another saga$/);
});

test("a step can't go on as something else: kind, fan-out, sub-saga, polling, or the event it is asked and undone by", () => {
  const asked = version(1, COMMANDED);
  for (const [from, to, expected] of [
    [
      "    command: { emit: PayRequested, with: { total: start.total } }\n",
      "",
      "pay is open as commanded, and pay of version 2 is observed",
    ],
    ["emit: PayRequested", "emit: ChargeRequested", "pay was asked by PayRequested, and pay of version 2 asks by ChargeRequested"],
    [
      "    done: Paid\n",
      "    forEach: start.lines\n    as: line\n    key: line\n    done: Paid\n",
      "pay is one effect and pay of version 2 is not",
    ],
  ] as const) {
    const other = version(2, COMMANDED.replace(from, to).replace(to === "" ? / {4}retry: .*\n/ : "", ""));
    const life = new Life(asked, other);
    life.event("Started", { total: 5 });
    assert.equal(problems(life, other)[0], expected);
  }
  const undoing = new Life(V1);
  undoing.events("Started", "ADone", "BFailed");
  assert.deepEqual(problems(undoing, v2("emit: UndoA,", "emit: TakeBackA,")), [
    "a is being undone by UndoA, and a of version 2 is undone by TakeBackA",
  ]);
  assert.deepEqual(
    problems(undoing, v2("compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed }", "compensate: { none: nothing }")),
    ["a is undoing and has to be undone, and a of version 2 has no undo"],
  );
});

test("what has to be undone in a saga that has turned needs an undo, also while its turn has not come", () => {
  const life = new Life(V1);
  life.events("Started", "ADone", "BDone", "CFailed");
  const other = v2("compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed }", "compensate: { none: nothing }");
  assert.deepEqual(problems(life, other), ["a is done and has to be undone, and a of version 2 has no undo"]);
  const running = new Life(V1);
  running.events("Started", "ADone");
  assert.deepEqual(problems(running, other), [], "as long as it runs the other version may say that there is nothing to undo");
});

test("a preview says what would follow and changes nothing; without a way it says why", () => {
  const life = new Life(V1);
  life.events("Started", "ADone");
  const migration = { from: V1, saga: life.state, steps: {} };
  const before = JSON.stringify(life.state);
  const more = version(2, `${CHAIN}  d: { after: [a], done: DDone, timeout: 1m, compensate: { none: nothing } }\n`);
  assert.deepEqual(previewMigration({ ...migration, to: more }, life.now).changes, [
    "the saga goes on under version 2 of its definition, no longer 1",
    "d opened",
  ]);
  const { problems: against, changes } = previewMigration({ ...migration, to: version(2, NO_B) }, life.now);
  assert.deepEqual([against.length, changes], [1, []]);
  assert.equal(JSON.stringify(life.state), before);
});
