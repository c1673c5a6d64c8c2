import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Decimal } from "@troupe/kernel";
import { formatProblem, LIFECYCLE_EVENTS, viewSaga } from "../../src/core/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";
import { ORDER_EVENTS, schemaEvents } from "./support/events.ts";
import { alarmsIn, compile, compileRead, lifecycleIn, Play, sentIn } from "./support/play.ts";

const FILE = new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url);
const definition = compile(readFileSync(FILE, "utf8"), ORDER_EVENTS);
const PLACED = { payload: { orderId: "o-1", total: "12.50" as Decimal, currency: "EUR", customerId: "c-1", card: "4000" } };

/** An order that was placed, and then whatever is named. */
function order(...events: string[]): Play {
  const play = new Play(definition);
  play.event("OrderPlaced", PLACED);
  play.events(...events);
  return play;
}

/** Ends an order: nothing in flight, no timer, the history folds to the same. */
function assertEnded(play: Play, status: string): void {
  assert.equal(play.state.status, status);
  assert.deepEqual(play.state.timers, {});
  assert.equal(play.state.stuck, undefined);
  play.assertRefolds();
}

test("the definition of the order saga has no problem and no warning", () => {
  const { problems } = parseDefinition(readFileSync(FILE, "utf8"), { file: "order-fulfilment.saga.yaml", events: ORDER_EVENTS });
  assert.deepEqual(problems.map(formatProblem), []);
});

test("an order on which all goes well is confirmed and completes", () => {
  const play = order("StockReserved", "PaymentCaptured");
  assert.deepEqual(play.sent, [], "observed steps need no command");
  assert.deepEqual(sentIn(play.event("ShipmentDispatched")), ["OrderConfirmationRequested"]);
  assert.deepEqual(lifecycleIn(play.event("OrderConfirmed")), ["StepDone", "SagaCompleted"]);
  assertEnded(play, "completed");
});

test("rejected stock turns the order with nothing to undo", () => {
  const play = order();
  assert.deepEqual(lifecycleIn(play.event("StockRejected")), ["StepFailed", "SagaCompensating", "SagaCompensated"]);
  assert.deepEqual(play.sent, []);
  assertEnded(play, "compensated");
});

test("a declined payment gives the stock back", () => {
  const play = order("StockReserved");
  assert.deepEqual(sentIn(play.event("PaymentDeclined")), ["StockReleaseRequested"]);
  assert.equal(play.state.status, "compensating");
  assert.deepEqual(lifecycleIn(play.event("StockReleased")), ["StepUndone", "SagaCompensated"]);
  assertEnded(play, "compensated");
});

test("a refused shipment refunds the payment and only then releases the stock", () => {
  const play = order("StockReserved", "PaymentCaptured");
  assert.deepEqual(sentIn(play.event("ShipmentRefused")), ["RefundRequested"]);
  assert.deepEqual(sentIn(play.event("PaymentRefunded")), ["StockReleaseRequested"]);
  play.event("StockReleased");
  assertEnded(play, "compensated");
});

test("the refund carries the exact total of the order", () => {
  const play = order("StockReserved", "PaymentCaptured", "ShipmentRefused");
  assert.deepEqual(play.requests.at(0)?.payload, { orderId: "o-1", amount: "12.50", currency: "EUR" });
});

test("a silent payment is undone although nobody knows whether it happened", () => {
  const play = order("StockReserved");
  assert.deepEqual(sentIn(play.pass(10_000)), ["RefundRequested"]);
  assert.equal(play.status("chargePayment"), "undoing");
  play.events("PaymentRefunded", "StockReleased");
  assertEnded(play, "compensated");
});

test("a payment that answers late, while its refund is in flight, is only recorded", () => {
  const play = order("StockReserved");
  play.pass(10_000);
  assert.deepEqual(play.event("PaymentCaptured"), []);
  play.events("PaymentRefunded", "StockReleased");
  assert.deepEqual(play.sent, ["RefundRequested", "StockReleaseRequested"]);
  assertEnded(play, "compensated");
});

test("a payment that answers after it was refunded is refunded once more, under the next attempt of the same effect", () => {
  const play = order("StockReserved");
  play.pass(10_000);
  play.events("PaymentRefunded", "StockReleased");
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(lifecycleIn(play.event("PaymentCaptured")), ["StepDone", "SagaCompensating", "StepUndoing"]);
  const [first, , second] = play.requests;
  assert.deepEqual([first?.attempt, second?.attempt], [1, 2]);
  assert.equal(first?.effect, second?.effect);
  assert.notEqual(first?.id, second?.id);
  play.event("PaymentRefunded");
  assertEnded(play, "compensated");
});

test("a payment that answers twice is charged once", () => {
  const play = order("StockReserved", "PaymentCaptured");
  assert.deepEqual(play.event("PaymentCaptured"), [], "the second answer changes nothing");
  play.events("ShipmentDispatched", "OrderConfirmed");
  assertEnded(play, "completed");
});

test("events that overtake each other over topics end the same", () => {
  const play = order("PaymentCaptured", "ShipmentDispatched");
  assert.deepEqual(play.statuses, { reserveStock: "open", chargePayment: "done", ship: "done", confirmOrder: "waiting" });
  assert.deepEqual(sentIn(play.event("StockReserved")), ["OrderConfirmationRequested"], "the pivot waits for all that is required");
  play.event("OrderConfirmed");
  assertEnded(play, "completed");
});

test("a confirmation that stays silent is asked for again under the same id, then the order is stuck, and a late answer frees it", () => {
  const play = order("StockReserved", "PaymentCaptured", "ShipmentDispatched");
  const alarms = alarmsIn(play.pass(9 * 60_000));
  assert.deepEqual(alarms, ["saga-stuck"], "one alarm, not one per fact");
  const confirmations = play.requests.filter(({ event }) => event === "OrderConfirmationRequested");
  assert.equal(confirmations.length, 5);
  assert.equal(new Set(confirmations.map(({ id }) => id)).size, 1);
  assert.deepEqual(lifecycleIn(play.event("OrderConfirmed")), ["StepDone", "SagaUnstuck", "SagaCompleted"]);
  assertEnded(play, "completed");
});

test("the deadline of an order that waits for its confirmation is remembered, and alarms once when the pivot has passed", () => {
  const play = order("StockReserved", "PaymentCaptured", "ShipmentDispatched");
  play.pass(11 * 60_000);
  assert.equal(play.state.remembered?.by, "deadline");
  assert.deepEqual(alarmsIn(play.event("OrderConfirmed")), ["deadline-after-pivot"]);
  assertEnded(play, "completed");
});

test("the story of a declined order can be read by people", () => {
  const play = order("StockReserved", "PaymentDeclined");
  const view = viewSaga(definition, play.state, play);
  assert.deepEqual(
    view.timeline.map(({ cause, changes }) => [cause, ...changes.map(({ text }) => text)]),
    [
      ["OrderPlaced arrived", "the saga started", "reserveStock opened"],
      ["StockReserved arrived", "reserveStock is done", "chargePayment opened"],
      [
        "PaymentDeclined arrived",
        "chargePayment failed: PaymentDeclined",
        "the saga turned back: chargePayment, PaymentDeclined",
        "undoing reserveStock",
        "StockReleaseRequested was sent for the undo of reserveStock",
      ],
    ],
  );
  assert.deepEqual(view.remains, {
    openSteps: [],
    undos: ["reserveStock"],
    timers: [{ kind: "undoTimeout", step: "reserveStock", dueAt: play.now + 60_000 }],
  });
  assert.deepEqual(
    view.steps.map(({ name, kind, status, reason }) => [name, kind, status, reason]),
    [
      ["reserveStock", "observed", "undoing", null],
      ["chargePayment", "observed", "failed", "PaymentDeclined"],
      ["ship", "observed", "waiting", null],
      ["confirmOrder", "commanded", "waiting", null],
    ],
  );
});

test("an order's document and history stay small: only fields that are read are kept", () => {
  const play = order("StockReserved", "PaymentCaptured");
  assert.deepEqual(play.history.at(0)?.entry, {
    kind: "event",
    identity: "identity-OrderPlaced-1",
    name: "OrderPlaced",
    payload: { customerId: "c-1", total: "12.50", currency: "EUR" },
  });
  assert.deepEqual(play.history.at(1)?.entry, { kind: "event", identity: "identity-StockReserved-2", name: "StockReserved" });
});

test("every lifecycle event carries exactly the fields of its schema", () => {
  const schemas = new Map(
    schemaEvents("troupe")
      .filter(({ topic }) => topic === "troupe.sagas")
      .map(({ name, fields }) => [name, fields]),
  );
  const played = [
    order("StockReserved", "PaymentCaptured", "ShipmentDispatched"),
    order("StockReserved", "PaymentDeclined", "StockReleased", "Elsewhere"),
    order("StockReserved"),
  ];
  for (const play of played) {
    play.pass(9 * 60_000);
    play.event("OrderConfirmed");
    play.pass(3_600_000);
  }
  const guarded = compileRead(`
saga: guarded
start: { on: Started, if: "!start.no" }
deadline: 1h
steps:
  a: { if: start.no, done: ADone, timeout: 1m, compensate: { none: reading only } }
`);
  for (const no of [true, false]) {
    const play = new Play(guarded);
    play.given("Started", { no });
    for (const step of ["first", "second"]) {
      play.fact({ kind: "act", identity: `undo-${step}`, name: "undo", data: { effect: `default/other/o-1/${step}//1` } });
    }
    played.push(play);
  }
  const seen = new Set<string>();
  for (const effect of played.flatMap(({ effects }) => effects)) {
    if (effect.kind !== "lifecycle") continue;
    seen.add(effect.event);
    assert.deepEqual(Object.keys(effect.payload).sort(), [...(schemas.get(effect.event) ?? [])].sort(), effect.event);
  }
  assert.deepEqual([...seen].sort(), [...LIFECYCLE_EVENTS].sort(), "the sagas above show each of them");
  assert.deepEqual([...schemas.keys()].sort(), [...LIFECYCLE_EVENTS].sort(), "no schema without an event of it");
});

test("no two lifecycle events share an id", () => {
  const play = order("StockReserved", "PaymentCaptured", "ShipmentRefused", "PaymentRefunded", "StockReleased");
  const ids = play.effects.flatMap((effect) => (effect.kind === "lifecycle" ? [effect.id] : []));
  assert.equal(new Set(ids).size, ids.length);
});
