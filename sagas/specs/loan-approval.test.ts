import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, type Cast, cancelled, decides, event, fails, person, sagaSpec, silent } from "@troupe/saga-coordinator/spec";

const loan = await sagaSpec({
  file: new URL("../examples/loan-approval.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});

const stranger = event("LoanRequested", { isCustomer: false, amount: "5000.00" });
const customer = event("LoanRequested", { isCustomer: true, amount: "5000.00" });
const bank: Cast = {
  CreditCheckRequested: answers("CreditChecked", { score: 800 }),
  FundsReservationRequested: answers("FundsReserved"),
  FundsReleaseRequested: answers("FundsReleased"),
  PayoutRequested: answers("LoanPaidOut"),
  approve: decides("loan-manager", "LoanApproved", { delay: "4h" }),
};

test("a loan that the manager approves is paid out", () => {
  const story = loan
    .given()
    .playedBy(bank)
    .when(customer)
    .ends("completed", { coolOff: "skipped", assessByHand: "pruned", payOut: "done" });
  assert.deepEqual(story.requests, ["CreditCheckRequested", "FundsReservationRequested", "PayoutRequested"]);
});

test("somebody whom the bank does not know has two days to think it over before the manager is asked", () => {
  const reserved = loan.given().playedBy({ ...bank, approve: silent });
  reserved.when(stranger).then("CreditCheckRequested", "FundsReservationRequested");
  loan
    .given(stranger, after("47h"), person("loan-manager", "LoanApproved"))
    .playedBy({ ...bank, approve: silent })
    .when(after("30m"))
    .thenNothing();
  loan.given().playedBy(bank).when(stranger).ends("completed", { coolOff: "done" });
});

test("when the bureau knows nothing, a credit officer looks at the papers", () => {
  const unknown: Cast = {
    ...bank,
    CreditCheckRequested: fails("CreditCheckFailed"),
    assessByHand: decides("credit-officer", "CreditAssessed", { delay: "3d" }),
  };
  loan.given().playedBy(unknown).when(customer).ends("completed", { checkCredit: "failed", assessByHand: "done" });
});

test("when the bureau stays silent it is asked three times, then the officer takes over", () => {
  const silence: Cast = { ...bank, CreditCheckRequested: silent, assessByHand: decides("credit-officer", "CreditAssessed") };
  const story = loan.given().playedBy(silence).when(customer).ends("completed", { checkCredit: "unknown" });
  assert.equal(story.requests.filter((name) => name === "CreditCheckRequested").length, 3);
});

test("only a manager can approve: the same event from anybody else counts for nothing", () => {
  const asked = loan.given(customer, "CreditChecked", "FundsReserved");
  asked.when("LoanApproved").thenNothing();
  asked.when(person("credit-officer", "LoanApproved")).thenNothing();
  asked.when(person("loan-manager", "LoanApproved")).then({ name: "PayoutRequested", payload: { amount: "5000.00" } });
});

test("a rejected loan frees the money, and so does a manager who does not decide in five days", () => {
  loan.given(customer, "CreditChecked", "FundsReserved").when(person("loan-manager", "LoanRejected")).then("FundsReleaseRequested");
  loan
    .given()
    .playedBy({ ...bank, approve: silent })
    .when(customer)
    .ends("compensated", { approve: "unknown", reserveFunds: "undone" });
});

test("the applicant may cancel until the payout is asked for", () => {
  loan.given(customer, "CreditChecked", "FundsReserved").when(cancelled).then("FundsReleaseRequested");
  const approved = [customer, "CreditChecked", "FundsReserved", person("loan-manager", "LoanApproved")] as const;
  loan
    .given(...approved)
    .when(cancelled)
    .thenNothing();
  loan
    .given(...approved, cancelled)
    .when("LoanPaidOut")
    .then("SagaCompleted");
  loan
    .given(...approved, cancelled)
    .when("PayoutRefused")
    .then("FundsReleaseRequested");
});

test("a payout that nobody answers for leaves the saga stuck: nobody knows whether the money is gone", () => {
  loan
    .given()
    .playedBy({ ...bank, PayoutRequested: silent })
    .when(customer)
    .ends("stuck", { payOut: "unknown", reserveFunds: "done" });
});
