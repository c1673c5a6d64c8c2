import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRead, eventFact, lifecycleIn, Play } from "./support/play.ts";
import { playing } from "./support/sagas.ts";

const NONE = "compensate: { none: reading only }";

const HUMAN = compileRead(`
saga: approval
start: { on: Started }
deadline: 5d
steps:
  approve: { human: { role: export-clerk }, done: Approved, failed: Denied, timeout: 2d, ${NONE} }
`);

test("human: an answer counts only with the mark of the API, in the role of the step", () => {
  const play = playing(HUMAN);
  assert.deepEqual(lifecycleIn(play.event("Approved")), ["UnexpectedEvent"]);
  assert.deepEqual(lifecycleIn(play.event("Approved", { role: "accountant" })), ["UnexpectedEvent"]);
  assert.equal(play.status("approve"), "open");
  assert.deepEqual(lifecycleIn(play.event("Approved", { role: "export-clerk" })), ["StepDone", "SagaCompleted"]);
  play.assertRefolds();
});

test("human: the first answer in the order of the log wins; one against it is a contradiction", () => {
  const play = playing(HUMAN);
  play.event("Denied", { role: "export-clerk" });
  assert.equal(play.state.status, "compensated");
  play.event("Approved", { role: "export-clerk" });
  assert.equal(play.state.status, "compensated", "a decision has no effect to undo");
  play.assertRefolds();
});

test("human: nobody who decides in time is silence like any other", () => {
  const play = playing(HUMAN);
  play.pass(2 * 86_400_000);
  assert.equal(play.state.turn?.cause, "no answer in 2d");
});

test("human: the unmarked answer says what was missing", () => {
  const [effect] = playing(HUMAN).event("Approved");
  assert.match(
    String(effect?.kind === "lifecycle" && effect.payload["reason"]),
    /^approve is answered by a person in the role export-clerk, and this came without the mark of the API$/,
  );
});

const WAIT = compileRead(`
saga: waiting
start: { on: Started }
deadline: 10d
steps:
  cool: { wait: 2h }
  next: { after: [cool], done: ThenDone, failed: ThenFailed, timeout: 1m, ${NONE} }
`);

test("wait: a durable timer ends it, and nothing else is asked", () => {
  const play = playing(WAIT);
  assert.deepEqual(play.statuses, { cool: "open", next: "waiting" });
  play.pass(7_199_999);
  assert.equal(play.status("cool"), "open");
  assert.deepEqual(lifecycleIn(play.pass(1)), ["StepDone", "StepOpened"]);
  play.event("ThenDone");
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("wait: the deadline ends it, and it is nothing to undo", () => {
  const play = playing(
    compileRead(`
saga: short
start: { on: Started }
deadline: 1h
steps:
  cool: { wait: 2h }
`),
  );
  play.pass(3_600_000);
  assert.equal(play.state.status, "compensated");
  assert.equal(play.status("cool"), "failed");
  assert.deepEqual(play.state.timers, {});
  play.assertRefolds();
});

const UNTIL = compileRead(`
saga: until
start: { on: Started }
deadline: 10d
steps:
  quiet: { until: start.at }
  stamp: { until: timestamp("1970-01-01T00:00:10Z") }
`);

test("wait: until an instant of the start; one that has passed ends it at once", () => {
  const play = new Play(UNTIL);
  play.given("Started", { at: play.now + 5_000 });
  assert.deepEqual(play.statuses, { quiet: "open", stamp: "done" });
  play.pass(5_000);
  assert.equal(play.state.status, "completed");
  play.assertRefolds();
});

test("wait: an instant that is none makes the saga stuck", () => {
  const play = new Play(UNTIL);
  play.given("Started", { at: "tomorrow" });
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^`start\.at` \(until of quiet\) can't be computed \(it gives no instant\)$/);
});

test("rule 7: cancel turns a saga before the pivot, and is told no after it", () => {
  const pivoted = compileRead(`
saga: pivoted
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 10m, compensate: { emit: UndoA, done: AUndone } }
  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10s }
  last: { after: [p], command: { emit: DoLast }, done: LastDone, timeout: 10m }
`);
  const cancel = { kind: "act", identity: "cancel-1", name: "cancel", data: {} } as const;
  const before = playing(pivoted, "ADone");
  before.fact(cancel);
  assert.equal(before.state.status, "running", "the pivot is under way: the cancel is remembered");
  before.event("PFailed");
  assert.deepEqual([before.state.status, before.sent.at(-1)], ["compensating", "UndoA"]);
  const after = playing(pivoted, "ADone");
  after.fact(cancel);
  after.event("PDone");
  assert.deepEqual([after.state.status, after.state.remembered], ["running", undefined]);
  after.fact({ ...cancel, identity: "cancel-2" });
  assert.equal(after.state.status, "running");
  const early = new Play(pivoted);
  early.fact(cancel);
  assert.equal(early.state.status, "declined");
  assert.deepEqual(lifecycleIn(early.fact(eventFact("Started"))), []);
  for (const play of [before, after, early]) play.assertRefolds();
});

test("rule 19: the result is evaluated once, at completion; search keys appear when they can be computed", () => {
  const told = compileRead(`
saga: told
start: { on: Started }
deadline: 1h
search: { customer: start.customerId, tracking: steps.ship.code }
result: { code: steps.ship.code, total: start.total }
steps:
  ship: { done: Shipped, timeout: 10s, ${NONE} }
`);
  const play = new Play(told);
  play.given("Started", { customerId: "c-1", total: "1.20" });
  assert.deepEqual(play.state.search, { customer: "c-1" });
  assert.equal(play.state.result, undefined);
  play.given("Shipped", { code: "X9" });
  assert.deepEqual(play.state.search, { customer: "c-1", tracking: "X9" });
  assert.deepEqual(play.state.result, { code: "X9", total: "1.20" });
  play.assertRefolds();
  const broken = new Play(told);
  broken.given("Started", { customerId: "c-1" });
  broken.given("Shipped", { code: "X9" });
  assert.deepEqual([broken.state.status, broken.state.stuck?.at(0)?.step], ["running", null]);
  assert.match(broken.state.stuck?.at(0)?.cause ?? "", /^`start\.total` \(result total\) can't be computed/);
});

test("rule 8: the wait before the next sending is shortened by at most its jitter, and always the same for one message", () => {
  const jittered = (jitter: number) =>
    compileRead(`
saga: s
start: { on: Started }
steps:
  a: { command: { emit: DoA }, done: ADone, timeout: 10s, retry: { attempts: 2, backoff: 100s, jitter: ${jitter} }, ${NONE} }
`);
  const waitOf = (jitter: number): number => {
    const play = playing(jittered(jitter));
    play.pass(10_000);
    return (play.state.timers["retry:a"]?.dueAt ?? 0) - play.now;
  };
  assert.equal(waitOf(0), 100_000);
  assert.equal(waitOf(1), waitOf(1));
  assert.ok(waitOf(0.5) >= 50_000 && waitOf(0.5) < 100_000);
});
