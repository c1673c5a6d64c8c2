import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsIn, compileRead, lifecycleIn, Play } from "./support/play.ts";

const NONE = "compensate: { none: reading only }";

function begun(definition: ConstructorParameters<typeof Play>[0], ...events: string[]): Play {
  const play = new Play(definition);
  play.events("Started", ...events);
  return play;
}

const ANSWERED = compileRead(`
saga: answered
start: { on: Started }
deadline: 1h
steps:
  pay:
    done: { on: PaymentAnswered, if: event.accepted }
    failed: [{ on: PaymentAnswered, if: "!event.accepted" }, PaymentLost]
    timeout: 10s
    ${NONE}
`);

test("rule 12: one event may mean done or failed, as the guards of the answers say", () => {
  const paid = begun(ANSWERED);
  paid.given("PaymentAnswered", { accepted: true });
  assert.equal(paid.state.status, "completed");
  paid.assertRefolds();
  const declined = begun(ANSWERED);
  declined.given("PaymentAnswered", { accepted: false });
  assert.equal(declined.status("pay"), "failed");
  assert.equal(begun(ANSWERED, "PaymentLost").status("pay"), "failed");
});

test("rule 12: an answer whose guard can't be computed settles nothing: the saga is stuck on the expression until another does", () => {
  const play = begun(ANSWERED);
  assert.deepEqual(alarmsIn(play.given("PaymentAnswered", {})), ["saga-stuck"]);
  assert.equal(play.status("pay"), "open");
  assert.match(play.state.stuck?.at(0)?.cause ?? "", /^`event\.accepted` \(guard of PaymentAnswered as done of pay\) can't be computed/);
  assert.deepEqual(lifecycleIn(play.given("PaymentAnswered", { accepted: true })), ["StepDone", "SagaUnstuck", "SagaCompleted"]);
  play.assertRefolds();
});

test("rule 12: an event for which no guard holds fits nothing, and two that hold move nobody", () => {
  const unsure = compileRead(`
saga: unsure
start: { on: Started }
deadline: 1h
steps:
  pay: { done: { on: Answered, if: event.score > 5 }, failed: { on: Answered, if: event.score > 7 }, timeout: 10s, ${NONE} }
`);
  const play = begun(unsure);
  assert.deepEqual(lifecycleIn(play.given("Answered", { score: 1 })), ["UnexpectedEvent"]);
  assert.deepEqual(alarmsIn(play.given("Answered", { score: 9 })), ["answer-ambiguous"]);
  assert.equal(play.status("pay"), "open");
  play.given("Answered", { score: 6 });
  assert.equal(play.state.status, "completed");
});
