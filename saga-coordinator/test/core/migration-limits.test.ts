import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChildContract, type CompiledDefinition, planMigration } from "../../src/core/index.ts";
import { COMMANDED, Life, problems, version } from "./support/life.ts";
import { requestsIn } from "./support/play.ts";

/* What becomes of each kind of timer, and of each kind of step, when its saga goes on under another version. */

/** Migrates after some events and some time, and says when each timer is due, in milliseconds from the start of the life. */
function dueAfter(yaml: string, to: string, happens: (life: Life) => void): { readonly [timer: string]: number } {
  const [first, second] = [version(1, yaml), version(2, to)];
  const life = new Life(first, second);
  happens(life);
  life.migrate(second);
  assert.equal(life.definition, second, life.story.at(-1));
  return Object.fromEntries(Object.entries(life.state.timers).map(([name, { dueAt }]) => [name, dueAt - 1_000_000]));
}

const faster = (yaml: string): string => yaml.replaceAll("10s", "4s").replaceAll("1s", "2s");

test("while a command waits for its next sending that keeps its time", () => {
  const due = dueAfter(COMMANDED, faster(COMMANDED), (life) => {
    life.event("Started", { total: 5 });
    life.event("NotPaid");
  });
  assert.deepEqual(due, { deadline: 3_600_000, "retry:pay": 1_000 });
});

test("an undo in flight is counted by the other version's timeout; one that waits to be asked again keeps its time", () => {
  const cancelled = (life: Life): void => {
    life.event("Started", { total: 5 });
    life.fact({ kind: "act", identity: "c", name: "cancel", data: { by: "ann", role: "operator", reason: "why" } });
  };
  assert.deepEqual(dueAfter(COMMANDED, faster(COMMANDED), cancelled), { "undoTimeout:pay": 4_000 });
  const again = (life: Life): void => {
    cancelled(life);
    life.pass(10_000);
  };
  assert.deepEqual(dueAfter(COMMANDED, faster(COMMANDED), again), { "undoRetry:pay": 11_000 });
});

test("a used-up undo keeps what it said as long as its id may be sent again, and says it anew after a failure", () => {
  const once = COMMANDED.replace("retry: { attempts: 3, backoff: 1s, jitter: 0 } }", "retry: { attempts: 1 }, failed: NotPaidBack }");
  const other = version(2, once.replaceAll("total: start.total", "total: start.total * 2.0"));
  for (const [failed, total] of [
    [false, 5],
    [true, 10],
  ] as const) {
    const life = new Life(version(1, once), other);
    life.event("Started", { total: 5 });
    const acts = { by: "ann", role: "operator", reason: "why" };
    life.fact({ kind: "act", identity: "c", name: "cancel", data: acts });
    if (failed) life.event("NotPaidBack");
    else life.pass(10_000);
    assert.equal(life.status("pay"), "undoUsedUp");
    life.migrate(other);
    const [undo] = requestsIn(life.fact({ kind: "act", identity: "r", name: "retry", data: { ...acts, step: "pay" } }));
    assert.deepEqual(undo?.payload, { total });
  }
});

const WAITS = `
saga: waits
start: { on: Started }
deadline: 1h
steps:
  rest: { wait: 10s }
  until: { until: start.at }
  poll: { command: { emit: Poll }, done: Polled, timeout: 10s, repeat: { while: event.again, max: 3, every: 10s }, compensate: { none: asks } }
`;

test("a wait lasts as long as the other version says, a wait until an instant ends then, the next round keeps its time", () => {
  const due = dueAfter(WAITS, faster(WAITS), (life) => {
    life.event("Started", { at: 1_050_000 });
    life.event("Polled", { again: true });
  });
  assert.deepEqual(due, { deadline: 3_600_000, "wait:rest": 4_000, "wait:until": 50_000, "repeat:poll": 10_000 });
});

test("a wait and its timer can be dropped, and a limit that the other version does not have is gone", () => {
  const other = WAITS.replace(/ {2}rest.*\n/, "").replace("deadline: 1h\n", "");
  const [first, second] = [version(1, WAITS), version(2, other)];
  const life = new Life(first, second);
  life.event("Started", { at: 1_050_000 });
  assert.deepEqual(problems(life, second), [
    "rest is open and version 2 has no such step; say which step takes it over, or null to drop it",
  ]);
  life.migrate(second, { rest: null });
  assert.deepEqual(Object.keys(life.state.timers).toSorted(), ["timeout:poll", "wait:until"]);
});

test("an unknown outcome is waited for as long as the other version says", () => {
  const yaml = COMMANDED.replace(
    "timeout: 10s, retry: { attempts: 3, backoff: 1s, jitter: 0 } }",
    "timeout: 10s, whenUnknown: wait }",
  ).replace(/attempts: 5/, "attempts: 1");
  const due = dueAfter(yaml, faster(yaml), (life) => {
    life.event("Started", { total: 5 });
    life.pass(10_000);
  });
  assert.deepEqual(due, { "outcome:pay": 14_000 });
});

test("an event that waits for its start waits as long as the other version is patient", () => {
  const patient = (patience: string) => `${COMMANDED}`.replace("deadline: 1h", `deadline: 1h\npatience: ${patience}`);
  assert.deepEqual(
    dueAfter(patient("10m"), patient("20m"), (life) => void life.event("Paid")),
    { patience: 1_200_000 },
  );
});

test("a deadline that the old version did not have is counted from the start; one that has passed does not come back", () => {
  const endless = COMMANDED.replace("deadline: 1h\n", "");
  const started = (life: Life): void => {
    life.event("Started", { total: 5 });
    life.pass(2_000);
  };
  assert.deepEqual(dueAfter(endless, COMMANDED, started), { "timeout:pay": 10_000, deadline: 3_600_000 });
  const awaiting = dueAfter(endless, COMMANDED, (life) => void life.event("Paid"));
  assert.deepEqual(Object.keys(awaiting), ["patience"], "nothing has started");
});

test("an element of a fan-out gets a limit that is new; one that was answered, or waits for its next sending, does not", () => {
  const FAN = `
saga: fan
start: { on: Started }
deadline: 1h
steps:
  pack: { forEach: start.lines, as: line, key: line, answerKey: event.key, command: { emit: Pack }, done: Packed, failed: Unpacked, timeout: 10s, retry: { attempts: 2, backoff: 5s, jitter: 0, on: [failed] }, compensate: { none: it stays } }
`;
  const due = dueAfter(FAN.replace("timeout: 10s, ", ""), FAN, (life) => {
    life.event("Started", { lines: ["a", "b", "c"] });
    life.event("Packed", { key: "a" });
    life.event("Unpacked", { key: "b" });
  });
  assert.deepEqual(due, { deadline: 3_600_000, "retry:pack/b": 5_000, "timeout:pack/c": 10_000 });
});

const CHILD: ChildContract = { startEvent: "ChildStarted", sagaIdOf: ({ id }) => String(id), hasPivot: false };
const children = new Map(["one", "two"].map((name) => [name, CHILD] as const));
const PARENT = `
saga: parent
start: { on: Started }
deadline: 1h
steps:
  go: { saga: one, with: { id: '"c-1"' } }
`;

test("a sub-saga can only be taken over by a step that starts the same saga, and its undo is sent as it would have been", () => {
  const parent = version(1, PARENT, children);
  const renamed = version(2, PARENT.replace("go:", "run:"), children);
  const life = new Life(parent, renamed);
  life.event("Started");
  assert.deepEqual(problems(life, version(2, PARENT.replace("saga: one", "saga: two"), children)), [
    "go starts one and go of version 2 starts two",
  ]);
  const observed = version(2, PARENT.replace(/go: .*/, "go: { done: Gone, timeout: 1m, compensate: { none: nothing } }"));
  assert.deepEqual(problems(life, observed), ["go starts one and go of version 2 starts no saga"]);
  const cancel = { kind: "act", identity: "c", name: "cancel", data: { by: "ann", role: "operator", reason: "why" } } as const;
  const [undo] = requestsIn(life.fact(cancel));
  life.migrate(renamed, { go: "run" });
  assert.equal(life.status("run"), "undoing");
  life.event("SagaCompensated", {}, { effect: undo?.effect ?? "" });
  assert.equal(life.state.status, "compensated");
});

test("what a sub-saga gave, and a wait, which gives nothing, are never missing", () => {
  const result = `${PARENT}  rest: { after: [go], wait: 1s }\n`;
  const reading = version(
    2,
    result.replace("deadline: 1h", "deadline: 1h\nsearch: { number: steps.go.number, rest: steps.rest }"),
    children,
  );
  const life = new Life(version(1, result, children), reading);
  const [start] = requestsIn(life.event("Started"));
  life.event("SagaCompleted", { result: JSON.stringify({ number: "n" }) }, { effect: start?.effect ?? "" });
  life.migrate(reading);
  assert.deepEqual(life.state.search, { number: "n" });
});

test("a polling that is open stays one, and a step that is asked once stays that", () => {
  const once = WAITS.replace(" repeat: { while: event.again, max: 3, every: 10s },", "");
  const life = new Life(version(1, WAITS));
  life.event("Started", { at: 1_050_000 });
  assert.deepEqual(problems(life, version(2, once)), ["poll is a polling, and poll of version 2 is not"]);
  const asked = new Life(version(1, once));
  asked.event("Started", { at: 1_050_000 });
  assert.deepEqual(problems(asked, version(2, WAITS)), ["poll is asked once, and poll of version 2 is not"]);
});

test("whoever reads a whole answer, or any step, misses every field that was not kept", () => {
  const missing = (from: CompiledDefinition, search: string) => {
    const life = new Life(from);
    life.event("Started", { total: 5 });
    life.event("Paid", { number: "n" });
    const to = version(2, COMMANDED.replace("deadline: 1h", `deadline: 1h\nsearch: { found: '${search}' }`));
    return planMigration({ from, to, saga: life.state, steps: {} }).missing;
  };
  const plain = version(1, COMMANDED);
  assert.deepEqual(missing(plain, "size(steps.pay) > 0"), [{ of: "pay", fields: ["*"] }]);
  assert.deepEqual(missing(plain, 'size(steps["p" + "ay"]) > 0'), [{ of: "pay", fields: ["*"] }]);
  assert.deepEqual(missing(plain, "size(start) > 0"), [{ of: "start", fields: ["*"] }]);
  const keeping = version(1, COMMANDED.replace("deadline: 1h", "deadline: 1h\nsearch: { found: size(steps.pay) > 0 }"));
  assert.deepEqual(missing(keeping, "size(steps.pay) > 1"), [], "it was kept as a whole");
});

test("of two events that end a step only what is kept of both is sure to be there, unless it is there", () => {
  const two = (read: string) =>
    COMMANDED.replace("done: Paid\n", "done: [{ on: Paid, if: event.number != '' }, PaidLater]\n").replace(
      "deadline: 1h",
      `deadline: 1h\n${read}`,
    );
  const [from, to] = [version(1, two("")), version(2, two("search: { number: steps.pay.number }"))];
  for (const [event, expected] of [
    ["Paid", []],
    ["PaidLater", [{ of: "pay", fields: ["number"] }]],
  ] as const) {
    const life = new Life(from, to);
    life.event("Started", { total: 5 });
    life.event(event, { number: "n" });
    assert.deepEqual(planMigration({ from, to, saga: life.state, steps: {} }).missing, expected, event);
  }
});

test("an act without any data, or to a version that nobody gave, is no way to switch", () => {
  const life = new Life(version(1, COMMANDED));
  life.event("Started", { total: 5 });
  assert.throws(() => life.fact({ kind: "act", identity: "m", name: "migrate", data: {} }), /is known/);
});

test("a pivot that stayed silent is asked again under its id, so it is asked for the same", () => {
  const pivot = (total: string) => `
saga: late
start: { on: Started }
deadline: 1h
steps:
  pay: { pivot: true, command: { emit: PayRequested, with: { total: ${total} } }, done: Paid, failed: NotPaid, timeout: 10s }
`;
  const other = version(2, pivot("start.total * 2.0"));
  const life = new Life(version(1, pivot("start.total")), other);
  const [first] = requestsIn(life.event("Started", { total: 5 }));
  life.pass(10_000);
  assert.equal(life.status("pay"), "unknown");
  life.migrate(other);
  const data = { by: "ann", role: "operator", reason: "why", step: "pay" };
  const [again] = requestsIn(life.fact({ kind: "act", identity: "r", name: "retry", data }));
  assert.deepEqual([again?.id, again?.payload], [first?.id, { total: 5 }]);
});
