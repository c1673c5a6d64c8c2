import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmer } from "./support/confirmer.ts";
import { ids, Lab, orderId } from "./support/lab.ts";

const a = { orderId: orderId("a") };
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("an answer names its cause, its saga, its effect, its producer and its trace, and has the same id whenever it is decided", async (t) => {
  const lab = await Lab.open(t);
  await lab.run(confirmer());
  const cause = await lab.say("ShipmentRecallRequested", a, { id: "undo", effect: "the effect", traceparent: TRACE });
  await lab.until(() => lab.heardOf("ShipmentRecalled").length === 1, "the answer");
  const { envelope } = lab.heardOf("ShipmentRecalled")[0] ?? assert.fail("it was heard");
  assert.equal(envelope.causationId, cause);
  assert.equal(envelope.correlationId, a.orderId);
  assert.equal(envelope.effect, "the effect");
  assert.equal(envelope.source, "/services/confirmer");
  assert.equal(envelope.traceparent?.slice(3, 35), TRACE.slice(3, 35));
  assert.equal(envelope.id, ids.messageId("reaction", ["default", "confirmer", "decide", "ShipmentRecalled", "/test", cause, 0]));
});

test("what was decided is applied after the event that it answers", async (t) => {
  const lab = await Lab.open(t);
  await lab.run(confirmer());
  await lab.say("StockReleaseRequested", a);
  await lab.settled("confirmer");
  assert.deepEqual((await lab.participant("confirmer", "a"))?.entity, ["asked", "released"]);
  assert.equal(lab.heardOf("StockReleased").length, 0, "only its message waits");
});

test("a message that waits for its time is published after a restart, once, with the cause and trace of its decision", async (t) => {
  const lab = await Lab.open(t);
  const first = await lab.run(confirmer());
  const cause = await lab.say("StockReleaseRequested", a, { traceparent: TRACE });
  await lab.settled("confirmer");
  await lab.say("ShipmentRecallRequested", a);
  await lab.settled("confirmer");
  await lab.stop(first);
  await lab.run(confirmer());
  await lab.clock.advance(61_000);
  await lab.until(() => lab.heardOf("StockReleased").length === 1, "the delayed message");
  const { envelope, payload } = lab.heardOf("StockReleased")[0] ?? assert.fail("it was heard");
  assert.equal(envelope.causationId, cause);
  assert.equal(envelope.traceparent?.slice(3, 35), TRACE.slice(3, 35), "not the trace of what came last");
  assert.equal(payload["units"], 0n, "as it was decided");
  await lab.clock.advance(120_000);
  assert.equal(lab.heardOf("StockReleased").length, 1);
});

test("an undo without a do is answered, and the do that comes after it is refused", async (t) => {
  const lab = await Lab.open(t);
  let ran = 0;
  await lab.run(
    confirmer(async () => {
      ran += 1;
      return [];
    }),
  );
  await lab.say("ShipmentRecallRequested", a);
  await lab.until(() => lab.heardOf("ShipmentRecalled").length === 1, "the undo is answered");
  await lab.say("OrderConfirmationRequested", a);
  await lab.settled("confirmer");
  assert.equal(ran, 0);
  assert.equal((await lab.participant("confirmer", "a"))?.effects["confirmation"], "undone");
  assert.ok(lab.lines.some(({ text }) => text.includes("came after its undo and is refused")));
});
