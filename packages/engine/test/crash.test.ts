import assert from "node:assert/strict";
import { test } from "node:test";
import { shardOf } from "@troupe/kernel";
import { OWNER, tallyFold, tallyId } from "./support/tally.ts";
import { orderId, WAYS, World } from "./support/world.ts";

const unique = (items: readonly { readonly identity: string }[]): number => new Set(items.map(({ identity }) => identity)).size;

for (const way of WAYS) {
  for (const moment of ["beforeCommit", "afterCommit"] as const) {
    test(`${way}: killed ${moment === "beforeCommit" ? "before" : "after"} a commit, the next process folds each fact once and answers each`, async (t) => {
      const world = await World.open(t, way);
      const first = await world.started();
      first.faults[moment] = () => world.kill(first);
      for (const order of ["a", "b", "c", "d"]) await world.say("StockReleaseRequested", { order });
      await world.until(() => first.faults.storeCalls > 0, "the first process works", { still: true });
      await world.started();
      await world.settled();
      await world.until(() => unique(world.heardOf("StockReleased")) === 4, "all answers");
      for (const order of ["a", "b", "c", "d"]) assert.equal((await world.tally(order)).log.length, 1);
    });
  }

  test(`${way}: killed between a commit and the dead letters of its batch, the next process still finds them`, async (t) => {
    const world = await World.open(t, way);
    for (const order of ["a", "b"]) {
      await world.say("RefundRequested", { order });
      await world.say("StockReleaseRequested", { order });
    }
    const fold = tallyFold({ full: true });
    const first = world.process({ fold });
    first.faults.afterCommit = () => world.kill(first);
    await first.processor.start();
    await world.until(() => first.faults.storeCalls > 0, "the first process works", { still: true });
    await world.started({ fold });
    await world.settled();
    assert.equal((await world.letters()).length, 2);
    for (const order of ["a", "b"]) assert.equal((await world.tally(order)).log.length, 1);
  });

  test(`${way}: a graceful stop leaves nothing that is delivered again`, async (t) => {
    const world = await World.open(t, way);
    const first = await world.started();
    for (let at = 0; at < 30; at++) await world.say("StockReleaseRequested", { order: `o-${at % 7}` });
    await world.until(() => world.heardOf("StockReleased").length > 0, "the first process is in the middle");
    await world.stop(first);
    await world.started();
    for (let at = 0; at < 10; at++) await world.say("StockReleaseRequested", { order: `o-${at % 7}` });
    await world.settled();
    await world.until(() => unique(world.heardOf("StockReleased")) === 40, "all answers");
    assert.doesNotMatch(await world.metrics.text(), /troupe_duplicates_total\{[^}]*\} [1-9]/);
  });

  test(`${way}: whoever waits for a fact when the process stops is told so`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    process.faults.storeAway = true;
    const waiting = world.submit(process, "note", { order: "a", identity: "1" });
    const refused = assert.rejects(waiting, { code: "NOT_READY" });
    const queued = assert.rejects(world.submit(process, "note", { order: "a", identity: "2" }), { code: "NOT_READY" });
    await world.stop(process);
    await refused;
    await queued;
    await assert.rejects(world.submit(process, "note", { order: "a", identity: "3" }), { code: "NOT_READY" });
  });
}

test("staged: what a crash left in an outbox is published by the next owner, and removed", async (t) => {
  const world = await World.open(t, "staged");
  const id = tallyId(orderId("a"));
  const envelope = { id: "left", type: "StockReleased", source: "/tally", time: 0, tenant: "default", correlationId: orderId("a") };
  const record = world.codec.encode({ envelope, payload: { orderId: orderId("a"), units: 1n, releasedAt: 0 } });
  const { topic, key, headers } = record;
  const value = Buffer.from(record.value ?? []).toString("base64");
  const now = world.clock.now();
  const body = {
    definition: OWNER,
    status: "open",
    state: { log: [], timers: {} },
    inbox: {},
    dueAt: null,
    historyLength: 0,
    updatedAt: now,
  };
  const write = {
    id,
    expected: 0,
    w: "x",
    shard: shardOf(orderId("a")),
    body,
    history: [],
    nextSeq: 2,
    outbox: { 1: { topic, key, headers, value } },
  };
  await world.embedded.store.documents(OWNER).commit([write]);
  await world.started();
  await world.until(() => world.heardOf("StockReleased").length === 1, "the sweep publishes it");
  await world.until(async () => (await world.document("a"))?.unsentSince === null, "it is removed");
  assert.deepEqual((await world.document("a"))?.outbox, {});
  await world.clock.advance(10_000);
  assert.equal(world.heardOf("StockReleased").length, 1, "and not sent again");
});

test("staged: answers of one document are published in the order in which they were decided", async (t) => {
  const world = await World.open(t, "staged");
  const process = await world.started();
  process.faults.busAway = true;
  for (let at = 0; at < 12; at++) await world.say("StockReleaseRequested", { order: "a" });
  await world.settled();
  process.faults.busAway = false;
  for (let at = 0; at < 12; at++) await world.say("StockReleaseRequested", { order: "a" });
  await world.until(() => world.heardOf("StockReleased").length === 24, "all answers");
  assert.deepEqual(
    world.heardOf("StockReleased").map(({ payload }) => payload["units"]),
    Array.from({ length: 24 }, (_, at) => BigInt(at + 1)),
  );
});

test("staged: while the bus is away answers wait in their documents, and nothing is sent twice afterwards", async (t) => {
  const world = await World.open(t, "staged");
  const process = await world.started();
  process.faults.busAway = true;
  for (const order of ["a", "b", "c"]) await world.say("StockReleaseRequested", { order });
  await world.settled();
  await world.until(() => !process.ready(), "readiness is red");
  assert.match(await world.metrics.text(), /troupe_outbox_unsent\{group="tally"\} 3/);
  await world.clock.advance(10_000);
  process.faults.busAway = false;
  await world.until(() => world.heardOf("StockReleased").length === 3, "the answers");
  await world.until(async () => (await world.document("a"))?.unsentSince === null, "they are removed");
  await world.clock.advance(10_000);
  assert.equal(world.heardOf("StockReleased").length, 3);
  assert.match(await world.metrics.text(), /troupe_outbox_unsent\{group="tally"\} 0/);
});

test("staged: a record that the bus refuses for good holds back its own document only", async (t) => {
  const world = await World.open(t, "staged");
  const process = await world.started();
  process.faults.unknownTopic = "inventory";
  process.faults.busAway = true;
  await world.say("ShipmentRecallRequested", { order: "b" });
  await world.settled();
  for (const order of ["a", "c"]) await world.say("StockReleaseRequested", { order });
  await world.clock.advance(61_000);
  process.faults.busAway = false;
  await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the answer of another document");
  await world.until(() => process.lines.filter(({ level }) => level === "error").length === 2, "both refusals are logged");
  assert.equal(world.heardOf("StockReleased").length, 0);
  await world.clock.advance(30_000);
  assert.equal(process.lines.filter(({ level }) => level === "error").length, 2, "and not tried for ever");
});
