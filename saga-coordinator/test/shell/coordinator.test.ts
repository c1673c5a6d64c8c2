import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEffect } from "../../src/core/index.ts";
import { orderId, releaseSaga } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

test("a command carries the id of its saga, of what caused it, of its effect, and of its producer", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  const cause = await stage.say("StockReleaseRequested");
  await stage.until(() => stage.heardOf("ShipmentRecallRequested").length === 1, "the command");
  const { envelope, payload } = stage.heardOf("ShipmentRecallRequested")[0] ?? assert.fail("it was heard");
  assert.equal(payload["orderId"], orderId("a"));
  assert.equal(envelope.correlationId, orderId("a"));
  assert.equal(envelope.causationId, cause);
  assert.equal(envelope.source, "/saga-coordinator");
  assert.deepEqual(parseEffect(envelope.effect ?? ""), {
    ...{ tenant: "default", definition: "release", sagaId: orderId("a"), step: "recall", element: "", round: 1 },
  });
});

test("every change of a saga is told on troupe.sagas, under the saga's key and in order", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.until(() => stage.heardOf("ShipmentRecallRequested").length === 1, "the command");
  await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 });
  await stage.until(() => stage.heardOf("SagaCompleted").length === 1, "the end");
  const told = stage.heard.filter(({ origin }) => origin.topic === "troupe.sagas");
  assert.deepEqual(
    told.map(({ name }) => name),
    ["SagaStarted", "StepOpened", "StepDone", "SagaCompleted"],
  );
  for (const { envelope, payload } of told) {
    assert.equal(envelope.correlationId, orderId("a"));
    assert.equal(payload["sagaId"], orderId("a"));
    assert.ok(envelope.causationId);
  }
});

test("a saga that can't go on is found under `stuck`, is told, and alarms", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.settled();
  for (let minute = 0; minute < 3; minute++) await stage.clock.advance(60_000);
  await stage.until(() => stage.heardOf("SagaStuck").length === 1, "it is stuck");
  const page = await stage.documents.query({ status: "stuck", definition: "release", limit: 10 });
  assert.deepEqual(
    page.documents.map(({ status }) => status),
    ["stuck"],
  );
  assert.equal(
    new Set(stage.heardOf("OrderConfirmationRequested").map(({ identity }) => identity)).size,
    1,
    "silence sends the same undo again",
  );
  assert.ok(
    stage.lines.some(({ level, text }) => level === "error" && text.includes("recall")),
    stage.lines.map(({ text }) => text).join("\n"),
  );
});

test("a saga keeps its version after the file changed and the process started again", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.settled();
  const before = (await stage.document())?.definition;
  await stage.stop();
  stage.write("release.saga.yaml", releaseSaga("20m"));
  await stage.start();
  await stage.say("StockReleaseRequested", {}, "b");
  await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 });
  await stage.until(() => stage.heardOf("SagaCompleted").length === 1, "the first saga ends");
  assert.equal((await stage.document())?.definition, before);
  assert.match((await stage.document("b"))?.definition ?? "", /^release@2#/);
});

test("a saga whose definition is gone runs to its end, and no other begins", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.settled();
  await stage.stop();
  stage.write("other.saga.yaml", releaseSaga().replace("saga: release", "saga: other").replace("StockReleaseRequested", "RefundRequested"));
  stage.write("release.saga.yaml", null);
  await stage.start();
  await stage.say("StockReleaseRequested", {}, "b");
  await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 });
  await stage.until(() => stage.heardOf("SagaCompleted").some(({ payload }) => payload["definition"] === "release"), "the saga ends");
  assert.equal(await stage.document("b"), undefined);
});
