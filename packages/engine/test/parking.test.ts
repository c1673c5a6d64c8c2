import assert from "node:assert/strict";
import { test } from "node:test";
import { recordPlace } from "@troupe/kernel";
import { TIMER_MILLIS, tallyFold } from "./support/tally.ts";
import { ids, WAYS, World } from "./support/world.ts";

const said = (id: string): string => ids.messageId("said", [id]);

/** The poison, then what must wait behind it. */
async function poisoned(world: World, order: string, behind: readonly string[] = ["one", "two"]): Promise<void> {
  await world.say("RefundRequested", { order, id: `${order}-poison` });
  await world.settled(); // the others come by another topic
  for (const id of behind) await world.say("StockReleaseRequested", { order, id: `${order}-${id}` });
  await world.settled();
}

for (const way of WAYS) {
  test(`${way}: a record that can't be folded parks its key, what follows it waits in order, and other keys flow on`, async (t) => {
    const world = await World.open(t, way, { partitions: 1 });
    const process = await world.started();
    await world.say("StockReleaseRequested", { order: "a", id: "a-before" });
    await poisoned(world, "a");
    await world.say("StockReleaseRequested", { order: "b", id: "b-one" });
    await world.settled();
    assert.deepEqual(await world.parked("a"), [said("a-poison"), said("a-one"), said("a-two")]);
    assert.deepEqual((await world.tally("a")).log, [said("a-before")]);
    assert.deepEqual((await world.tally("b")).log, [said("b-one")]);
    assert.deepEqual(await world.letters(), []);
    const { code, reason } = (await world.document("a"))?.parked ?? {};
    assert.deepEqual([code, reason], ["HANDLER_FAILED", "tally failed on RefundRequested: poison."]);
    const alarms = process.lines.filter(({ level, text }) => level === "error" && text.includes("parks its key"));
    assert.equal(alarms.length, 1);
  });

  test(`${way}: a key whose first record is poison is parked although it has no document yet`, async (t) => {
    const world = await World.open(t, way);
    await world.started();
    await poisoned(world, "a");
    const { state, status } = (await world.document("a")) ?? {};
    assert.deepEqual([state, status], [null, "parked"]);
    assert.equal((await world.parked("a")).length, 3);
  });

  test(`${way}: once its handler is mended a parked key is retried in order, and ends as if nothing had been`, async (t) => {
    const world = await World.open(t, way);
    let mended = false;
    await world.started({ fold: tallyFold({ mended: () => mended }) });
    await poisoned(world, "a");
    mended = true;
    assert.equal(await world.ask("a", { kind: "retry" }), true);
    await world.until(async () => (await world.document("a"))?.parked === undefined, "the key is free");
    assert.deepEqual((await world.tally("a")).log, [said("a-poison"), said("a-one"), said("a-two")]);
    await world.until(() => world.heardOf("StockReleased").length === 2, "both answers");
    await world.say("StockReleaseRequested", { order: "a", id: "a-three" });
    await world.settled();
    assert.equal((await world.tally("a")).log.length, 4);
    assert.deepEqual(await world.embedded.store.parked.totals("tally"), { keys: 0, rows: 0, bytes: 0 });
    assert.equal(await world.ask("a", { kind: "retry" }), false, "nothing is parked any more");
  });

  test(`${way}: a retry in vain is counted and named, loses nothing, and is no hot loop`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    await poisoned(world, "a");
    await world.ask("a", { kind: "retry" });
    await world.until(async () => (await world.document("a"))?.parked?.tries === 1, "the first retry");
    assert.equal((await world.parked("a")).length, 3);
    const { version } = (await world.document("a")) ?? {};
    await world.whileTimePasses(world.clock.sleep(3_000));
    assert.equal((await world.document("a"))?.version, version, "nobody writes it while nobody asks");
    assert.ok(process.lines.some(({ text }) => text.includes("tried again in vain")));
  });

  test(`${way}: a record that is given up is not folded, also when it is delivered again, and what waits behind it goes on`, async (t) => {
    const world = await World.open(t, way);
    let mended = false;
    await world.started({ fold: tallyFold({ mended: () => mended }) });
    await poisoned(world, "a");
    const [first] = (await world.document("a"))?.parked?.places ?? [];
    assert.ok(first);
    await world.ask("a", { kind: "drop", places: [recordPlace(first)] });
    await world.until(async () => (await world.document("a"))?.parked === undefined, "the key is free");
    mended = true;
    await world.say("RefundRequested", { order: "a", id: "a-poison" });
    await world.settled();
    assert.deepEqual((await world.tally("a")).log, [said("a-one"), said("a-two")]);
  });

  test(`${way}: a parked record that is delivered again is not parked twice`, async (t) => {
    const world = await World.open(t, way);
    await world.started();
    await poisoned(world, "a");
    await poisoned(world, "a");
    assert.equal((await world.parked("a")).length, 3);
    const { version } = (await world.document("a")) ?? {};
    await poisoned(world, "a");
    assert.equal((await world.document("a"))?.version, version, "duplicates alone write nothing");
  });

  test(`${way}: what comes while parked records are tried again waits its turn behind them`, async (t) => {
    const world = await World.open(t, way);
    let mended = false;
    const process = await world.started({ fold: tallyFold({ mended: () => mended }) });
    await poisoned(world, "a");
    mended = true;
    let late = 0;
    process.faults.beforeCommit = async () => {
      if (late++ === 0) await world.say("StockReleaseRequested", { order: "a", id: "a-late" });
    };
    await world.ask("a", { kind: "retry" });
    await world.until(async () => (await world.tally("a")).log.length === 4, "all four");
    assert.deepEqual(
      (await world.tally("a")).log,
      ["poison", "one", "two", "late"].map((id) => said(`a-${id}`)),
    );
  });

  test(`${way}: timers of a parked key are held and alarmed, and fire once it is free`, async (t) => {
    const world = await World.open(t, way);
    let mended = false;
    const process = await world.started({ fold: tallyFold({ mended: () => mended }) });
    await world.say("ShipmentRecallRequested", { order: "a" });
    await poisoned(world, "a", []);
    await world.clock.advance(TIMER_MILLIS);
    await world.until(async () => (await world.document("a"))?.dueAt === null, "the timer leaves the index of what is due");
    assert.equal(world.heardOf("OrderConfirmed").length, 0, "it did not fire");
    assert.equal(process.lines.filter(({ text }) => text.includes("due and held")).length, 1);
    mended = true;
    await world.ask("a", { kind: "retry" });
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the timer fires");
  });

  test(`${way}: offsets move only when the record is parked for good, wherever the process dies`, async (t) => {
    for (const moment of ["beforeCommit", "afterCommit"] as const) {
      const world = await World.open(t, way);
      const first = await world.started();
      let reached = false;
      first.faults[moment] = () => {
        reached = true;
        return new Promise(() => {});
      };
      await world.say("RefundRequested", { order: "a", id: "a-poison" });
      await world.say("RefundRequested", { order: "a", id: "a-second" });
      await world.until(() => reached, "the commit is under way");
      await world.kill(first);
      await world.started();
      await world.settled();
      assert.deepEqual(await world.parked("a"), [said("a-poison"), said("a-second")], moment);
    }
  });

  test(`${way}: while the store is away nothing is parked and no offset moves`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    process.faults.storeAway = true;
    await world.say("RefundRequested", { order: "a" });
    await world.until(() => !process.ready(), "the process notices that the store is away");
    assert.equal(await world.lag(), 1);
    process.faults.storeAway = false;
    await world.settled();
    assert.equal((await world.parked("a")).length, 1);
  });

  test(`${way}: a key holds as many records as it may and not one more; the next is a dead letter that names the key`, async (t) => {
    const world = await World.open(t, way);
    await world.started({ limits: { parkedRecordsPerKey: 10 } });
    const behind = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);
    await poisoned(world, "a", behind(2, 9));
    assert.deepEqual([(await world.parked("a")).length, (await world.letters()).length], [9, 0]);
    await world.say("StockReleaseRequested", { order: "a", id: "a-10" });
    await world.settled();
    assert.deepEqual([(await world.parked("a")).length, (await world.letters()).length], [10, 0]);
    await world.say("StockReleaseRequested", { order: "a", id: "a-11" });
    await world.settled();
    const [letter] = await world.letters();
    assert.deepEqual([(await world.parked("a")).length, letter?.code], [10, "PARKED_KEY_FULL"]);
    assert.match(letter?.reason ?? "", /is parked with 10 records/);
  });

  test(`${way}: as many keys are parked as may be; beyond that the poison is a dead letter and its key flows on`, async (t) => {
    const world = await World.open(t, way);
    await world.started({ limits: { parkedKeys: 10 } });
    const orders = Array.from({ length: 11 }, (_, at) => `o-${at}`);
    for (const order of orders.slice(0, 10)) await poisoned(world, order, []);
    assert.equal((await world.embedded.store.parked.totals("tally")).keys, 10);
    assert.deepEqual(await world.letters(), []);
    await poisoned(world, "o-10");
    const [letter] = await world.letters();
    assert.equal(letter?.code, "HANDLER_FAILED");
    assert.equal((await world.embedded.store.parked.totals("tally")).keys, 10);
    assert.equal((await world.tally("o-10")).log.length, 2);
  });

  test(`${way}: one batch of poison parks no more keys than may be`, async (t) => {
    const world = await World.open(t, way, { partitions: 1 });
    for (let at = 0; at < 25; at++) await world.say("RefundRequested", { order: `o-${at}` });
    await world.started({ limits: { parkedKeys: 10 } });
    await world.settled();
    assert.equal((await world.embedded.store.parked.totals("tally")).keys, 10);
    assert.equal((await world.letters()).length, 15);
  });

  test(`${way}: parked records take as many bytes as they may and not one more`, async (t) => {
    const world = await World.open(t, way);
    const first = await world.started();
    await poisoned(world, "a", []);
    const { bytes } = await world.embedded.store.parked.totals("tally"); // of one; the others are as long
    await world.stop(first);
    await world.started({ limits: { parkedBytes: 3 * bytes } });
    for (const order of ["b", "c"]) await poisoned(world, order, []);
    assert.deepEqual([(await world.embedded.store.parked.totals("tally")).bytes, (await world.letters()).length], [3 * bytes, 0]);
    await poisoned(world, "d", []);
    assert.deepEqual([(await world.embedded.store.parked.totals("tally")).bytes, (await world.letters()).length], [3 * bytes, 1]);
    assert.equal((await world.document("d"))?.parked, undefined);
  });
}
