import assert from "node:assert/strict";
import { test } from "node:test";
import {
  beginSaga,
  COORDINATOR_SOURCE,
  type CompiledDefinition,
  childContract,
  type Effect,
  type SagaState,
  viewSaga,
} from "../../src/core/index.ts";
import { compileRead, Play } from "./support/play.ts";

const childYaml = (more = "") => `
saga: settle
correlate: { default: event.paymentId }
start: { on: SettleRequested, if: start.total != "0" }
deadline: 1h
result: { reference: steps.book.reference }
steps:
  book: { done: Booked, failed: BookRefused, timeout: 10m, compensate: { emit: Unbook, done: Unbooked } }${more}
`;
const parentYaml = (more = "") => `
saga: order
start: { on: Started }
deadline: 5h
steps:
  pay: { saga: settle, with: { paymentId: start.paymentId, total: start.total }, timeout: 2h${more} }
  use: { after: [pay], command: { emit: Use, with: { reference: steps.pay.reference } }, done: Used, failed: UseRefused, timeout: 10m, compensate: { none: reading only } }
`;

function compiled(parent = parentYaml(), child = childYaml()): { readonly parent: CompiledDefinition; readonly child: CompiledDefinition } {
  const compiledChild = compileRead(child);
  const contract = childContract(compiledChild);
  assert.ok(contract);
  return { parent: compileRead(parent, new Map([["settle", contract]])), child: compiledChild };
}

/** A parent and its sub-saga, with what one decides carried to the other as the log would. */
class Family {
  readonly parent: Play;
  readonly child: Play;
  #count = 0;

  constructor(
    definitions = compiled(),
    start: { readonly paymentId: string | null; readonly total: string } = { paymentId: "p-1", total: "5" },
  ) {
    this.parent = new Play(definitions.parent);
    this.child = new Play(definitions.child, beginSaga(definitions.child, { tenant: "default", id: "p-1" }));
    this.parent.watch = (effects) => this.#toChild(effects);
    this.child.watch = (effects) => this.#toParent(effects);
    this.parent.given("Started", start);
  }

  #toChild(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "command" && effect.event === "SettleRequested") {
        this.child.event(effect.event, { payload: effect.payload, effect: effect.effect, source: COORDINATOR_SOURCE });
      }
      if (effect.kind === "compensation" && effect.event === "SagaUndoRequested") {
        assert.deepEqual(effect.payload, { sagaId: "p-1", definition: "settle", effect: effect.effect });
        this.child.fact({ kind: "act", identity: effect.id, name: "undo", data: { effect: effect.effect } });
      }
    }
  }

  #toParent(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== "lifecycle" || effect.effect === undefined) continue;
      this.parent.event(effect.event, { payload: effect.payload, effect: effect.effect });
      this.#count += 1;
    }
  }

  get statuses(): readonly SagaState["status"][] {
    return [this.parent.state.status, this.child.state.status];
  }

  assertRefolds(): void {
    this.parent.assertRefolds();
    this.child.assertRefolds();
  }
}

test("sub-saga: it is started by the parent's mapping, and its completion is the done of the step, its result the result of the step", () => {
  const family = new Family();
  assert.equal(family.parent.state.steps["pay"]?.childId, "p-1");
  assert.equal(family.child.state.status, "running");
  family.child.given("Booked", { reference: "r-9" });
  assert.equal(family.child.state.status, "completed");
  assert.equal(family.parent.status("pay"), "done");
  assert.deepEqual(family.parent.requests.at(-1)?.payload, { reference: "r-9" });
  family.parent.event("Used");
  assert.deepEqual(family.statuses, ["completed", "completed"]);
  family.assertRefolds();
});

test("sub-saga: one that compensates itself is the failure of the step", () => {
  const family = new Family();
  family.child.event("BookRefused");
  assert.deepEqual(family.statuses, ["compensated", "compensated"]);
  assert.equal(family.parent.state.turn?.step, "pay");
  family.assertRefolds();
});

test("sub-saga: when the parent turns, a completed sub-saga compensates, and the parent waits for it", () => {
  const family = new Family();
  family.child.given("Booked", { reference: "r-9" });
  family.parent.event("UseRefused");
  assert.deepEqual(family.statuses, ["compensating", "compensating"]);
  assert.deepEqual(family.child.sent, ["Unbook"]);
  assert.equal(family.child.state.result, undefined);
  family.child.event("Unbooked");
  assert.deepEqual(family.statuses, ["compensated", "compensated"]);
  family.assertRefolds();
});

test("sub-saga: when the parent turns, a running sub-saga turns too", () => {
  const family = new Family();
  family.parent.fact({ kind: "act", identity: "cancel", name: "cancel", data: {} });
  assert.deepEqual(family.statuses, ["compensating", "compensating"]);
  assert.deepEqual(family.child.sent, ["Unbook"], "nobody knows whether it was booked");
  family.child.event("Unbooked");
  assert.deepEqual(family.statuses, ["compensated", "compensated"]);
  family.assertRefolds();
});

test("sub-saga: stuck, it leaves the step open and is named in the parent, until it goes on", () => {
  const manual = "\n  manual: { if: start.missing, done: Done, timeout: 1m, compensate: { none: x } }";
  const child = childYaml(manual)
    .replace("failed: BookRefused", "failed: BookRefused, fallback: manual")
    .replace(/result: .*\n/, "");
  const family = new Family(compiled(parentYaml(), child));
  family.child.event("BookRefused");
  assert.notEqual(family.child.state.stuck, undefined);
  assert.equal(family.parent.status("pay"), "open");
  assert.match(family.parent.state.stuck?.at(0)?.cause ?? "", /^the sub-saga p-1 of pay is stuck: `start\.missing` \(guard of manual\)/);
  family.child.event("Done");
  assert.equal(family.parent.status("pay"), "done");
  assert.doesNotMatch(family.parent.state.stuck?.at(0)?.cause ?? "", /sub-saga/);
  family.assertRefolds();
});

test("sub-saga: a start that its guard declines is the failure of the step", () => {
  const family = new Family(compiled(), { paymentId: "p-1", total: "0" });
  assert.deepEqual(family.statuses, ["compensated", "declined"]);
  family.assertRefolds();
});

test("sub-saga: an undo that finds none answers, and the start that comes after it starts nothing", () => {
  const { child: definition } = compiled();
  const child = new Play(definition, beginSaga(definition, { tenant: "default", id: "p-1" }));
  const effect = "default/order/o-1/pay//1";
  const effects = child.fact({ kind: "act", identity: "undo", name: "undo", data: { effect } });
  assert.deepEqual(
    effects.map((one) => one.kind === "lifecycle" && [one.event, one.effect]),
    [["SagaDeclined", effect]],
  );
  child.event("SettleRequested", { payload: { paymentId: "p-1", total: "5" }, effect, source: COORDINATOR_SOURCE });
  child.pass(86_400_000);
  assert.equal(child.state.status, "declined", "for good");
  child.assertRefolds();
});

test("sub-saga: the story of one that its parent undoes names the parent, and no operator", () => {
  const { child: definition } = compiled();
  const child = new Play(definition, beginSaga(definition, { tenant: "default", id: "p-1" }));
  const effect = "default/order/o-1/pay//1";
  child.event("SettleRequested", { payload: { paymentId: "p-1", total: "5" }, effect, source: COORDINATOR_SOURCE });
  child.fact({ kind: "act", identity: "undo", name: "undo", data: { effect } });
  const causes = viewSaga(definition, child.state, { history: child.history }).timeline.map(({ cause }) => cause);
  assert.equal(causes.at(-1), "the saga that started this one asked for its undo");
});

test("sub-saga: a start without a saga id makes the parent stuck, and nothing is sent", () => {
  const family = new Family(compiled(), { paymentId: null, total: "5" });
  assert.match(family.parent.state.stuck?.at(0)?.cause ?? "", /^SettleRequested, the start of settle, gives no saga id$/);
  assert.deepEqual(family.parent.sent, []);
});

test("sub-saga: one with a pivot makes the step a pivot, which opens last and is not undone", () => {
  const pivoted = compiled(
    `${parentYaml().replace("use: { after: [pay]", "use: { after: []").replace("{ reference: steps.pay.reference }", "{}")}`,
    childYaml("\n  post: { after: [book], pivot: true, command: { emit: Post }, done: Posted, failed: PostRefused, timeout: 1m }"),
  );
  const pay = pivoted.parent.stepByName.get("pay");
  assert.deepEqual([pay?.pivot, pay?.undo, pay?.settledFirst], [true, undefined, ["use"]]);
});

test("sub-saga: an event of somebody else's saga that carries an effect of another step moves nothing", () => {
  const family = new Family();
  family.parent.event("SagaCompleted", { payload: { result: null }, effect: "default/order/o-1/use//1" });
  assert.equal(family.parent.status("pay"), "open");
});

const SECOND = "default/order/o-1/other//1";

test("sub-saga: a second saga that starts it is told that it is taken, and the first one's goes on", () => {
  const { child } = new Family();
  const { parent, status } = child.state;
  child.event("SettleRequested", { payload: { paymentId: "p-1", total: "5" }, effect: SECOND, source: COORDINATOR_SOURCE });
  const told = child.effects.filter((effect) => effect.kind === "lifecycle" && effect.event === "SagaTaken");
  assert.deepEqual(
    told.map((effect) => (effect.kind === "lifecycle" ? effect.effect : undefined)),
    [SECOND],
  );
  assert.deepEqual([child.state.parent, child.state.status], [parent, status]);
  child.assertRefolds();
});

test("sub-saga: an undo by another than its parent undoes nothing, and is answered", () => {
  const { child } = new Family();
  child.given("Booked", { reference: "r-9" });
  child.fact({ kind: "act", identity: "undo-other", name: "undo", data: { effect: SECOND } });
  assert.equal(child.state.status, "completed");
  assert.deepEqual(child.sent, []);
  const last = child.effects.at(-1);
  assert.ok(last?.kind === "lifecycle" && last.event === "SagaTaken" && last.effect === SECOND);
  child.assertRefolds();
});

test("sub-saga: whoever is told that it is taken has failed, or has its undo confirmed, and ends: nothing waits for ever", () => {
  const { parent: definition } = compiled();
  for (const turned of [false, true]) {
    const parent = new Play(definition);
    parent.given("Started", { paymentId: "p-1", total: "5" });
    const asked = parent.requests.at(-1);
    if (turned) parent.fact({ kind: "act", identity: "cancel", name: "cancel", data: {} });
    parent.event("SagaTaken", { payload: { sagaId: "p-1", definition: "settle", cause: "it is another's" }, effect: asked?.effect ?? "" });
    assert.equal(parent.state.status, "compensated");
    parent.assertRefolds();
  }
});

test("sub-saga: its start read twice is not taken for another's", () => {
  const { child, parent } = new Family();
  const asked = parent.requests.find(({ event }) => event === "SettleRequested");
  assert.ok(asked);
  child.event("SettleRequested", { payload: asked.payload, effect: asked.effect, source: COORDINATOR_SOURCE });
  assert.ok(child.effects.every((effect) => effect.kind !== "lifecycle" || effect.event !== "SagaTaken"));
});
