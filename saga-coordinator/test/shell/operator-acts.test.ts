import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { orderId } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

const NOTHING = { step: null, element: null, event: null, payload: null };

async function asked(stage: Stage, act: string, more: Payload = {}): Promise<void> {
  const payload = { sagaId: orderId("a"), definition: "release", by: "ann", role: "operator", reason: "the carrier called", ...NOTHING };
  await stage.tell("SagaActRequested", { ...payload, act, ...more }, { correlationId: orderId("a") });
}

/** A saga whose undo nobody answers. */
async function stuck(test: TestContext): Promise<Stage> {
  const stage = await Stage.open(test);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.until(async () => (await stage.statusOf("release")) === "running", "the saga runs");
  await stage.clock.advance(31_000);
  await stage.until(() => stage.heardOf("OrderConfirmationRequested").length === 1, "the undo is asked for");
  await stage.clock.advance(6_000);
  await stage.until(() => stage.heardOf("OrderConfirmationRequested").length === 2, "it is asked for again");
  await stage.clock.advance(6_000);
  await stage.until(() => stage.heardOf("SagaStuck").length === 1, "the saga is stuck");
  return stage;
}

test("rule 18: an undo that is used up is waived by an act on the log; the saga ends, says so, and the log names who and why", async (t) => {
  const stage = await stuck(t);
  await asked(stage, "waive-undo", { step: "recall" });
  await stage.until(async () => (await stage.statusOf("release")) === "compensated", "the saga ends");
  await stage.until(() => stage.heardOf("SagaCompensated").length === 1, "it says so");
  assert.deepEqual(stage.heardOf("SagaCompensated")[0]?.payload["waived"], ["recall"]);
  assert.ok(stage.lines.some(({ text }) => text === "operator-act: ann asked for waive-undo: the carrier called"));
});

test("an undo that an operator retries goes out again under the id that it has, and its answer ends the saga", async (t) => {
  const stage = await stuck(t);
  const before = stage.heardOf("OrderConfirmationRequested").map(({ envelope }) => envelope.id);
  await asked(stage, "retry", { step: "recall" });
  await stage.until(() => stage.heardOf("OrderConfirmationRequested").length > before.length, "the undo is asked for again");
  assert.equal(stage.heardOf("OrderConfirmationRequested").at(-1)?.envelope.id, before[0]);
  await stage.say("OrderConfirmed", { confirmedAt: 0 });
  await stage.until(async () => (await stage.statusOf("release")) === "compensated", "it is undone");
});

test("a step is settled as done with the answer that it would have got", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.until(async () => (await stage.statusOf("release")) === "running", "the saga runs");
  await asked(stage, "settle-as-done", { step: "recall", event: "ShipmentRecalled", payload: JSON.stringify({ recalledAt: 0 }) });
  await stage.until(async () => (await stage.statusOf("release")) === "completed", "the saga completes");
});

test("an act that is refused, and one that only documents may ask of each other, changes nothing and is told in the log", async (t) => {
  const stage = await stuck(t);
  await asked(stage, "settle-as-done", { step: "recall" });
  await stage.until(
    () => stage.lines.some(({ text }) => text.startsWith("settle-as-done was refused: the undo of recall is used up")),
    "it is told",
  );
  await asked(stage, "undo");
  await stage.until(() => stage.heardOf("UnexpectedEvent").length === 1, "it is no act of an operator");
  assert.equal(stage.heardOf("UnexpectedEvent")[0]?.payload["event"], "unknown act undo");
  assert.equal(await stage.statusOf("release"), "stuck");
});

test("an act on a saga that nobody knows makes none", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await asked(stage, "retry", { step: "recall" });
  await asked(stage, "signal", { event: "StockReleaseRequested", payload: "{}", sagaId: orderId("b") });
  await stage.until(async () => (await stage.statusOf("release", "b")) === "running", "a signal starts what it names");
  assert.equal(await stage.statusOf("release"), undefined);
});
