import assert from "node:assert/strict";
import { test } from "node:test";
import { type Codec, partitionOf } from "@troupe/kernel";
import { TIMER_MILLIS, tallyFold } from "./support/tally.ts";
import { orderId, WAYS, World } from "./support/world.ts";

/** Holds back the decoding of an order's confirmation, as a partition that lags does. */
function gated(codec: Codec, order: string): { readonly codec: Codec; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const held: Codec = {
    ...codec,
    decode: async (record, wants) => {
      const decoded = await codec.decode(record, wants);
      const isHeld = decoded.kind === "event" && decoded.fact.name === "OrderConfirmationRequested";
      if (isHeld && decoded.fact.envelope.correlationId === orderId(order)) await promise;
      return decoded;
    },
  };
  return { codec: held, open: resolve };
}

/** Two orders on different partitions. */
function apart(): readonly [string, string] {
  const second = ["b", "c", "d", "e", "f"].find((name) => partitionOf(orderId(name), 2) !== partitionOf(orderId("a"), 2));
  return ["a", second ?? "b"];
}

for (const way of WAYS) {
  test(`${way}: a timer fires when it is due and not before`, async (t) => {
    const world = await World.open(t, way);
    await world.started();
    await world.say("ShipmentRecallRequested", { order: "a" });
    await world.settled();
    const dueAt = (await world.document("a"))?.dueAt ?? 0;
    await world.clock.advance(dueAt - world.clock.now() - 1);
    assert.equal(world.heardOf("OrderConfirmed").length, 0);
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the timer fires");
    assert.ok(world.clock.now() - dueAt < 2_000);
    assert.equal((await world.document("a"))?.dueAt, null);
    await world.clock.advance(TIMER_MILLIS);
    assert.equal(world.heardOf("OrderConfirmed").length, 1, "once");
  });

  test(`${way}: a success that waits in the log beats its timeout, however late it is read`, async (t) => {
    const world = await World.open(t, way);
    const [lagging, other] = apart();
    const gate = gated(world.codec, lagging);
    await world.started({ codec: gate.codec, limits: { timersPerPoll: 1 } });
    for (const order of [lagging, other]) {
      await world.say("ShipmentRecallRequested", { order });
      await world.settled();
      await world.clock.advance(1_000);
    }
    await world.say("OrderConfirmationRequested", { order: lagging });
    await world.clock.advance(2 * TIMER_MILLIS);
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the other partition's timer fires");
    assert.equal(world.heardOf("OrderConfirmed")[0]?.envelope.correlationId, orderId(other));
    await world.clock.advance(TIMER_MILLIS);
    gate.open();
    await world.settled();
    await world.clock.advance(TIMER_MILLIS);
    assert.equal(world.heardOf("OrderConfirmed").length, 1);
    assert.equal((await world.tally(lagging)).log.includes("ring"), false);
  });

  test(`${way}: a timer that may fire does not take along a later one that may not`, async (t) => {
    const world = await World.open(t, way);
    const gate = gated(world.codec, "a");
    const process = await world.started({ codec: gate.codec });
    for (const name of ["in 1000 ms", "in 5000 ms"]) await world.submit(process, name, { order: "a", identity: name });
    process.faults.beforeCommit = async () => {
      process.faults.storeAway = true; // between the first timer's fold and its write
    };
    await world.until(() => process.faults.storeAway, "the first timer is folded");
    await world.say("OrderConfirmationRequested", { order: "a" });
    await world.clock.advance(10_000);
    process.faults.beforeCommit = undefined;
    process.faults.storeAway = false;
    await world.until(async () => (await world.tally("a")).log.length === 3, "the first timer fires");
    await world.clock.advance(10_000);
    gate.open();
    await world.settled();
    const { log } = await world.tally("a");
    assert.deepEqual(log.slice(0, 3), ["in 1000 ms", "in 5000 ms", "in 1000 ms"]);
    assert.equal(log.length, 4, "the success that waited in the log beat the second");
  });

  test(`${way}: where keys are not partitioned alike, a timer waits for every partition`, async (t) => {
    const world = await World.open(t, way);
    const [lagging, other] = apart();
    const gate = gated(world.codec, lagging);
    await world.started({ codec: gate.codec, coPartitioned: false });
    await world.say("ShipmentRecallRequested", { order: other });
    await world.settled();
    await world.say("OrderConfirmationRequested", { order: lagging });
    await world.clock.advance(2 * TIMER_MILLIS);
    assert.equal(world.heardOf("OrderConfirmed").length, 0);
    gate.open();
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the timer fires once all is read");
  });

  test(`${way}: a timer that fails is held, named, and tried again later; others fire meanwhile`, async (t) => {
    const world = await World.open(t, way);
    let broken = true;
    const fold = tallyFold({ brokenTimers: () => broken });
    const process = await world.started({ fold, limits: { timersPerPoll: 1 } });
    await world.say("ShipmentRecallRequested", { order: "a" });
    await world.settled();
    await world.clock.advance(TIMER_MILLIS + 1_000);
    const named = () => process.lines.filter(({ text }) => text.includes("a timer is held")).length;
    await world.until(() => named() === 1, "it is named");
    await world.clock.advance(20_000);
    assert.equal(named(), 1, "it is left alone for a while");
    await world.say("ShipmentRecallRequested", { order: "b" });
    await world.settled();
    broken = false;
    await world.clock.advance(2 * TIMER_MILLIS);
    await world.until(() => world.heardOf("OrderConfirmed").length === 2, "both fire in the end");
  });

  test(`${way}: the timers of a process that went away are fired by the one that is left`, async (t) => {
    const world = await World.open(t, way);
    const first = await world.started();
    await world.started();
    const orders = ["a", "b", "c", "d", "e", "f"];
    for (const order of orders) await world.say("ShipmentRecallRequested", { order });
    await world.settled();
    await world.kill(first);
    await world.clock.advance(TIMER_MILLIS);
    await world.until(() => world.heardOf("OrderConfirmed").length >= orders.length, "all timers fire");
    for (const order of orders) assert.equal((await world.tally(order)).log.filter((entry) => entry === "ring").length, 1);
  });
}
