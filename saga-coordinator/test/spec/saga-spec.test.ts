import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, answersTwice, event, operator, sagaSpec } from "../../src/spec/index.ts";

const order = await sagaSpec({
  file: new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url),
  schemas: new URL("../../../schemas/", import.meta.url),
});

function failureOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof assert.AssertionError);
    return error.message;
  }
  assert.fail("the expectation was met");
}

test("a spec that fails shows what was expected, what followed, and the whole story with its times", () => {
  const message = failureOf(() => order.given("OrderPlaced", after("5s")).when("StockRejected").then("RefundRequested"));
  assert.equal(
    message,
    [
      "expected RefundRequested",
      "actual   SagaCompensated",
      "",
      "the story so far (the saga is compensated):",
      "            0s  OrderPlaced arrived",
      "                the saga started",
      "                reserveStock opened",
      "            5s  StockRejected arrived",
      "                reserveStock failed: StockRejected",
      "                the saga turned back: reserveStock, StockRejected",
      "                the saga is compensated: everything is undone",
    ].join("\n"),
  );
});

test("expected fields are compared, and the failure shows the ones that were asked for", () => {
  const given = order.given(event("OrderPlaced", { total: "12.00" }), "StockReserved");
  given.when(after("10s")).then({ name: "RefundRequested", payload: { amount: "12.00" } });
  const message = failureOf(() => given.when(after("10s")).then({ name: "RefundRequested", payload: { amount: "13.00" } }));
  assert.match(message, /^expected RefundRequested \{"amount":"13.00"\}\nactual {3}RefundRequested \{"amount":"12.00"\}\n/);
});

test("an ending or a step that is another one is said with the story", () => {
  const when = order.given("OrderPlaced").when("StockRejected");
  assert.match(
    failureOf(() => when.ends("completed")),
    /^expected the saga to end completed, it is compensated\n\nthe story so far/,
  );
  assert.match(
    failureOf(() => when.ends("compensated", { ship: "done" })),
    /^expected ship to be done, it is waiting/,
  );
});

test("a misspelt event throws with the nearest name wherever it stands, and never makes a spec of nothing", () => {
  const refusal = { name: "RangeError", message: /^event `OrderPlacd` has no schema.*; did you mean `OrderPlaced`\?/ };
  assert.throws(() => order.given("OrderPlacd"), refusal);
  assert.throws(() => order.when(event("OrderPlacd")), refusal);
  assert.throws(() => order.given("OrderPlaced").when("OrderPlacd"), refusal);
  assert.throws(() => order.given("OrderPlaced").playedBy({ OrderPlacd: answers("StockReserved") }), refusal);
  assert.throws(() => order.given("OrderPlaced").playedBy({ RefundRequested: answers("OrderPlacd") }), refusal);
});

test("an answer given twice counts once, and nothing sleeps: ten minutes pass in no time", () => {
  const began = performance.now();
  order
    .given()
    .playedBy({
      OrderPlaced: answersTwice("StockReserved"),
      StockReleaseRequested: answers("StockReleased"),
      RefundRequested: answers("PaymentRefunded"),
    })
    .when("OrderPlaced")
    .ends("compensated");
  assert.ok(performance.now() - began < 500);
});

test("a definition with errors is refused with all of them, and a duration that is none with the allowed forms", async () => {
  const broken = sagaSpec({
    file: new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url),
    schemas: new URL("../../../schemas/", import.meta.url),
    change: (text) => text.replace("done: StockReserved", "done: StockReservd").replace("timeout: 10s", "timeout: soon"),
  });
  await assert.rejects(broken, /StockReservd[\s\S]*soon/);
  assert.throws(() => after("two hours"), /two hours is no duration; allowed are forms such as 250ms/);
});

test("an operator acts in a spec as on a platform, and the story says who did what", () => {
  const given = order.given("OrderPlaced", "StockReserved");
  given.when(operator("settle-as-failed", { step: "chargePayment" })).then("StockReleaseRequested");
  const message = failureOf(() => given.when(operator("retry", { step: "ship" })).then("ShipmentRecallRequested"));
  assert.match(message, /somebody as operator acted: retry of ship, the spec says so\n +retry was refused: ship has not opened/);
});
