import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, answersLate, type Cast, event, fails, sagaSpec, silent } from "@troupe/saga-coordinator/spec";

const renewal = await sagaSpec({
  file: new URL("../examples/subscription-renewal.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});
const written = event("InvoiceStatus", { pending: false, amount: "9.90" });
const pending = event("InvoiceStatus", { pending: true });
const everybodyPays: Cast = {
  InvoiceRequested: answers("InvoiceStatus", { pending: false, amount: "9.90" }),
  ChargeRequested: answers("ChargeAccepted", { chargeRef: "ch_1" }),
  ChargeAccepted: answersLate("ChargeSettled", "2d", { chargeRef: "ch_1" }),
  ChargeReversalRequested: answers("ChargeReversed"),
  ExtensionRequested: answers("SubscriptionExtended"),
};

test("the invoice is asked for again every five minutes until it is written", () => {
  renewal.when("RenewalDue").then("InvoiceRequested");
  renewal.given("RenewalDue").when(pending).thenNothing();
  renewal.given("RenewalDue", pending).when(after("5m")).then("InvoiceRequested");
  renewal
    .given("RenewalDue", pending, after("5m"))
    .when(written)
    .then({ name: "ChargeRequested", payload: { amount: "9.90" } });
});

test("an invoice that is still not written after twenty rounds ends the renewal, and nothing was charged", () => {
  const story = renewal
    .given()
    .playedBy({ InvoiceRequested: answers("InvoiceStatus", { pending: true }) })
    .when("RenewalDue")
    .ends("compensated");
  assert.equal(story.requests.filter((name) => name === "InvoiceRequested").length, 20);
});

test("money that arrives two days later extends the subscription", () => {
  renewal.given().playedBy(everybodyPays).when("RenewalDue").ends("completed", { settle: "done", extend: "done" });
});

test("money that bounces, or does not come in five days, takes the charge back", () => {
  const charged = renewal.given("RenewalDue", written, "ChargeAccepted");
  charged.when("ChargeBounced").then("ChargeReversalRequested");
  charged.when(after("5d")).then("ChargeReversalRequested");
  renewal
    .given()
    .playedBy({ ...everybodyPays, ChargeAccepted: silent })
    .when("RenewalDue")
    .ends("compensated", { charge: "undone" });
});

test("a provider that refuses ends the renewal without anything to take back", () => {
  const story = renewal
    .given()
    .playedBy({ ...everybodyPays, ChargeRequested: fails("ChargeRejected") })
    .when("RenewalDue")
    .ends("compensated");
  assert.ok(!story.requests.includes("ChargeReversalRequested"));
});
