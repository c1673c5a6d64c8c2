import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, type Cast, decides, event, fails, person, sagaSpec, silent } from "@troupe/saga-coordinator/spec";

const order = await sagaSpec({
  file: new URL("../examples/order-export.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});
const address = { recipient: "A", street: "B 1", postalCode: "1", city: "C" };
const abroad = event("OrderPlaced", { total: "80.00", shipTo: { ...address, country: "FR" } });
const atHome = event("OrderPlaced", { total: "80.00", shipTo: { ...address, country: "DE" } });
const paid = event("PaymentAnswered", { accepted: true });
const declined = event("PaymentAnswered", { accepted: false });
const shop: Cast = {
  OrderPlaced: answers("StockReserved"),
  StockReserved: answers("PaymentAnswered", { accepted: true }),
  approveExport: decides("export-clerk", "ExportApproved", { delay: "1d" }),
  ShipmentRequested: answers("ShipmentDispatched"),
  ShipmentDispatched: answers("OrderCounted"),
  StockReleaseRequested: answers("StockReleased"),
  RefundRequested: answers("PaymentRefunded"),
};

test("an order at home is shipped without asking anybody", () => {
  order.given().playedBy(shop).when(atHome).ends("completed", { approveExport: "skipped", tellAnalytics: "done" });
});

test("an order abroad waits for the export clerk, and is shipped there", () => {
  order.given(abroad, "StockReserved").when(paid).thenNothing();
  const approved = person("export-clerk", "ExportApproved");
  order
    .given(abroad, "StockReserved", paid)
    .when(approved)
    .then({ name: "ShipmentRequested", payload: { country: "FR" } });
  order.given().playedBy(shop).when(abroad).ends("completed", { approveExport: "done" });
});

test("one event says both yes and no to a charge", () => {
  order.given(abroad, "StockReserved").when(declined).then("StockReleaseRequested");
});

test("a parcel that may not leave the country gives money and stock back, the money first", () => {
  const denied = person("export-clerk", "ExportDenied");
  order
    .given(abroad, "StockReserved", paid)
    .when(denied)
    .then({ name: "RefundRequested", payload: { amount: "80.00" } });
  order.given(abroad, "StockReserved", paid, denied).when("PaymentRefunded").then("StockReleaseRequested");
  order.given(abroad, "StockReserved", paid, denied, "PaymentRefunded").when("StockReleased").then("SagaCompensated");
});

test("a clerk who does not decide in two days decides like one who says no", () => {
  order
    .given()
    .playedBy({ ...shop, approveExport: silent })
    .when(abroad)
    .ends("compensated", { approveExport: "unknown", chargePayment: "undone" });
});

test("shipping is asked five times; when it refuses for good nothing was sent, and everything is given back", () => {
  const story = order
    .given()
    .playedBy({ ...shop, ShipmentRequested: fails("ShipmentRefused") })
    .when(atHome)
    .ends("compensated");
  assert.equal(story.requests.filter((name) => name === "ShipmentRequested").length, 5);
});

test("shipping that stays silent leaves the order stuck: nobody knows where the parcel is", () => {
  order
    .given()
    .playedBy({ ...shop, ShipmentRequested: silent })
    .when(atHome)
    .ends("stuck", { ship: "unknown", chargePayment: "done" });
});

test("analytics may stay silent: the order has completed when it was shipped", () => {
  order.given(atHome, "StockReserved", paid).when("ShipmentDispatched").then("SagaCompleted");
  order.given(atHome, "StockReserved", paid, "ShipmentDispatched").when(after("2h")).thenNothing();
});

test("a payment that is answered before its stock is reserved counts", () => {
  order.given(atHome, paid).when("StockReserved").then("ShipmentRequested");
});
