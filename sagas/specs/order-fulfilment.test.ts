import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, answersLate, type Cast, event, fails, sagaSpec, silent } from "@troupe/saga-coordinator/spec";

const order = await sagaSpec({
  file: new URL("../order-fulfilment.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});
const placed = event("OrderPlaced", { total: "42.00", currency: "EUR" });
const shop: Cast = {
  OrderPlaced: answers("StockReserved"),
  StockReserved: answers("PaymentCaptured"),
  PaymentCaptured: answers("ShipmentDispatched"),
  OrderConfirmationRequested: answers("OrderConfirmed"),
  ShipmentRecallRequested: answers("ShipmentRecalled"),
  RefundRequested: answers("PaymentRefunded"),
  StockReleaseRequested: answers("StockReleased"),
};

test("services react to each other; the saga speaks only at the very end", () => {
  const story = order.given().playedBy(shop).when(placed).ends("completed");
  assert.deepEqual(story.requests, ["OrderConfirmationRequested"]);
});

test("a declined card gives the stock back", () => {
  order.given(placed, "StockReserved").when("PaymentDeclined").then("StockReleaseRequested");
});

test("silence of the payment is not taken for a no: it is refunded too, with what the order says", () => {
  order
    .given(placed, "StockReserved")
    .when(after("10s"))
    .then({ name: "RefundRequested", payload: { amount: "42.00", currency: "EUR" } });
});

test("a payment that is captured after its refund is refunded once more", () => {
  const late = { ...shop, StockReserved: answersLate("PaymentCaptured", "1h"), PaymentCaptured: silent };
  const story = order.given().playedBy(late).when(placed).ends("compensated", { chargePayment: "undone" });
  assert.equal(story.requests.filter((name) => name === "RefundRequested").length, 2);
});

test("what was done is undone from the latest to the first", () => {
  const story = order
    .given()
    .playedBy({ ...shop, PaymentCaptured: fails("ShipmentRefused") })
    .when(placed)
    .ends("compensated");
  assert.deepEqual(story.requests, ["RefundRequested", "StockReleaseRequested"]);
});

test("a confirmation that nobody answers is asked five times, then somebody has to look", () => {
  const story = order
    .given()
    .playedBy({ ...shop, OrderConfirmationRequested: silent })
    .when(placed)
    .ends("stuck");
  assert.equal(story.requests.length, 5);
});
