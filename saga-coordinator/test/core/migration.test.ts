import assert from "node:assert/strict";
import { test } from "node:test";
import { type CompiledDefinition, timerFacts } from "../../src/core/index.ts";
import { COMMANDED, Life, NO_B, problems, version } from "./support/life.ts";
import { requestsIn, sentIn } from "./support/play.ts";
import { CHAIN } from "./support/sagas.ts";

const V1 = version(1, CHAIN);
const v2 = (from: string | RegExp, to: string): CompiledDefinition => version(2, CHAIN.replace(from, to));

test("a migrated saga goes on under the other version, and its history folds to its state", () => {
  const other = v2("c: { after: [b], done: CDone", "c: { after: [b], done: CFinished");
  const life = new Life(V1, other);
  life.events("Started", "ADone", "BDone");
  life.migrate(other);
  assert.deepEqual([life.definition.label, life.state.version], [other.label, 2]);
  life.event("CDone");
  assert.equal(life.state.status, "running", "version 2 does not follow it");
  life.event("CFinished");
  assert.equal(life.state.status, "completed");
  assert.ok(life.story.includes("the saga goes on under version 2 of its definition, no longer 1"));
});

test("a migration that is refused leaves everything as it was, and the history says why", () => {
  const other = version(
    2,
    "saga: chain\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  z: { done: ZDone, timeout: 1s, compensate: { none: it reads } }\n",
  );
  const life = new Life(V1, other);
  life.events("Started", "ADone");
  const before = life.state.steps;
  life.migrate(other);
  assert.equal(life.definition, V1);
  assert.deepEqual(life.state.steps, before);
  const refusal = "migrate was refused: a is done and has an effect, so version 2 needs a step that takes it over; b is open";
  assert.ok(
    life.story.some((line) => line.startsWith(refusal)),
    life.story.join("\n"),
  );
});

test("two migrations in one history fold as well, each stretch under its own version", () => {
  const second = v2("deadline: 1h", "deadline: 2h");
  const third = version(3, CHAIN.replace("deadline: 1h", "deadline: 3h"));
  const life = new Life(V1, second, third);
  life.event("Started");
  life.migrate(second);
  life.event("ADone");
  life.migrate(third);
  life.events("BDone", "CDone");
  assert.deepEqual([life.state.status, life.state.version], ["completed", 3]);
});

test("a step without effect is dropped only when the plan says so", () => {
  const from = version(1, CHAIN.replace("compensate: { emit: UndoB, done: BUndone }", "compensate: { none: it reads }"));
  const other = version(2, NO_B);
  const life = new Life(from, other);
  life.events("Started", "ADone");
  assert.deepEqual(problems(life, other), ["b is open and version 2 has no such step; say which step takes it over, or null to drop it"]);
  const effects = life.migrate(other, { b: null });
  assert.deepEqual([life.status("c"), Object.keys(life.state.steps)], ["open", ["a", "c"]]);
  assert.ok(effects.some((effect) => effect.kind === "lifecycle" && effect.event === "StepOpened"));
});

test("the effect of a renamed step keeps the name under which it was asked for, there and back", () => {
  const other = version(2, COMMANDED.replace("pay:", "charge:"));
  const life = new Life(version(1, COMMANDED), other);
  const [asked] = requestsIn(life.event("Started", { total: 5 }));
  life.migrate(other, { pay: "charge" });
  assert.equal(life.status("charge"), "open");
  life.event("Paid", {}, { effect: asked?.effect ?? "", causationId: asked?.id ?? "" });
  assert.equal(life.state.status, "completed");
  const undone = new Life(version(1, COMMANDED), other);
  undone.event("Started", { total: 5 });
  undone.migrate(other, { pay: "charge" });
  const [undo] = requestsIn(
    undone.fact({ kind: "act", identity: "c", name: "cancel", data: { by: "ann", role: "operator", reason: "why" } }),
  );
  assert.deepEqual([undo?.event, undo?.effect], ["PayBack", asked?.effect], "the participant knows it by this name alone");
  undone.event("PaidBack", {}, { effect: undo?.effect ?? "" });
  assert.equal(undone.state.status, "compensated");
});

test("what is in flight says the same under the same id, although the other version would say it otherwise", () => {
  const other = version(2, COMMANDED.replaceAll("{ total: start.total }", "{ total: start.total * 2.0 }"));
  const life = new Life(version(1, COMMANDED), other);
  const [first] = requestsIn(life.event("Started", { total: 5 }));
  life.migrate(other);
  const [again] = requestsIn(life.pass(12_000));
  assert.deepEqual([again?.id, again?.payload], [first?.id, { total: 5 }]);
});

test("an open step is counted by the other version's timeout, from when it was asked", () => {
  for (const [timeout, expected] of [
    ["30s", 29_000],
    ["2s", 1_000],
  ] as const) {
    const other = v2("failed: AFailed, timeout: 10s", `failed: AFailed, timeout: ${timeout}`);
    const life = new Life(V1, other);
    life.event("Started");
    life.pass(1_000);
    life.migrate(other);
    life.pass(expected - 1);
    assert.equal(life.state.status, "running");
    life.pass(1);
    assert.equal(life.state.status, "compensating");
  }
});

test("a limit that is over under the other version fires at once, and a deadline is counted from the start", () => {
  const other = v2("deadline: 1h", "deadline: 5s");
  const life = new Life(V1, other);
  life.event("Started");
  life.pass(8_000);
  life.migrate(other);
  life.pass(0);
  assert.deepEqual([life.state.status, life.state.turn?.cause], ["compensating", "the deadline of the saga passed"]);
});

test("an open step without a limit gets the one that the other version has", () => {
  const from = version(1, CHAIN.replace("failed: AFailed, timeout: 10s", "failed: AFailed"));
  const life = new Life(from, version(2, CHAIN));
  life.event("Started");
  life.pass(3_000);
  life.migrate(version(2, CHAIN));
  life.pass(7_000);
  assert.equal(life.state.turn?.cause, "no answer in 10s");
});

test("a timer of before that is still on its way changes nothing and does not eat the new one", () => {
  const other = v2("failed: AFailed, timeout: 10s", "failed: AFailed, timeout: 30s");
  const life = new Life(V1, other);
  life.event("Started");
  life.now += 10_000;
  const [before] = timerFacts(life.definition, life.state, life.now);
  life.migrate(other);
  assert.ok(before);
  life.fact(before);
  assert.equal(life.state.status, "running");
  life.now += 20_000;
  const [after] = timerFacts(life.definition, life.state, life.now);
  assert.notEqual(after?.identity, before.identity, "a document folds each identity once");
});

test("a step that is not done yet misses nothing: its answer will be read by the other version", () => {
  const reading = v2("emit: UndoB,", "emit: UndoB, with: { amount: steps.b.amount },");
  const life = new Life(V1, reading);
  life.events("Started", "ADone");
  assert.deepEqual(problems(life, reading), []);
  life.migrate(reading);
  life.event("BDone", { amount: 7 });
  const [undo] = requestsIn(life.event("CFailed"));
  assert.deepEqual([undo?.event, undo?.payload], ["UndoB", { amount: 7 }]);
});

test("the elements of a fan-out go on under the new name of their step", () => {
  const FAN = `
saga: fan
start: { on: Started }
deadline: 1h
steps:
  pack: { forEach: start.lines, as: line, key: line, answerKey: event.key, command: { emit: Pack }, done: Packed, timeout: 10s, compensate: { emit: Unpack, done: Unpacked } }
`;
  const other = version(2, FAN.replace("pack:", "wrap:").replace("timeout: 10s", "timeout: 20s"));
  const life = new Life(version(1, FAN), other);
  life.event("Started", { lines: ["x", "y z"] });
  life.event("Packed", { key: "x" });
  life.migrate(other, { pack: "wrap" });
  assert.deepEqual(Object.keys(life.state.steps).sort(), ["wrap", "wrap/x", "wrap/y%20z"]);
  life.pass(19_999);
  life.event("Packed", { key: "y z" });
  assert.equal(life.state.status, "completed");
});

test("search keys and aliases of the other version appear with the migration", () => {
  const other = v2("deadline: 1h", "deadline: 1h\nsearch: { who: saga.id }");
  const life = new Life(V1, other);
  life.event("Started");
  life.migrate(other);
  assert.deepEqual(life.state.search, { who: "o-1" });
});

test("a step that the other version adds opens when its time has come, and is undone like any other", () => {
  const more = `${CHAIN}  d: { after: [a], command: { emit: DoD }, done: DDone, timeout: 10s, compensate: { emit: UndoD, done: DUndone } }\n`;
  const other = version(2, more);
  const life = new Life(V1, other);
  life.events("Started", "ADone", "BDone");
  assert.deepEqual(sentIn(life.migrate(other)), ["DoD"]);
  life.event("DDone");
  assert.deepEqual(sentIn(life.event("CFailed")), ["UndoD"]);
});

test("a saga that is stuck on what its version can't compute goes on under one that can", () => {
  const stuck = version(1, CHAIN.replace("emit: UndoA,", "emit: UndoA, with: { total: start.total },"));
  const life = new Life(stuck, version(2, CHAIN));
  life.events("Started", "ADone", "BFailed");
  assert.match(life.state.stuck?.[0]?.cause ?? "", /start.total/);
  assert.deepEqual(sentIn(life.migrate(version(2, CHAIN))), ["UndoA"]);
  assert.equal(life.state.stuck, undefined);
  life.event("AUndone");
  assert.equal(life.state.status, "compensated");
});

test("a migration that says neither role nor reason is refused, whoever put it on the log", () => {
  const other = version(2, CHAIN);
  const life = new Life(V1, other);
  life.event("Started");
  life.fact({ kind: "act", identity: "m", name: "migrate", data: { by: "ann", payload: { to: other.label, steps: {} } } });
  assert.equal(life.definition, V1);
  assert.ok(life.story.includes("migrate was refused: an act needs a role and a reason"));
});

test("a step that is renamed twice is still known by its first name", () => {
  const [second, third] = ["charge:", "debit:"].map((name, at) => version(at + 2, COMMANDED.replace("pay:", name)));
  assert.ok(second !== undefined && third !== undefined);
  const life = new Life(version(1, COMMANDED), second, third);
  const [asked] = requestsIn(life.event("Started", { total: 5 }));
  life.migrate(second, { pay: "charge" });
  life.migrate(third, { charge: "debit" });
  assert.deepEqual(life.state.effectNames, { debit: "pay" });
  const back = version(4, COMMANDED);
  assert.deepEqual(problems(life, back, { debit: "pay" }), [], "it may have its own name again");
  life.event("Paid", {}, { effect: asked?.effect ?? "" });
  assert.equal(life.state.status, "completed");
});
