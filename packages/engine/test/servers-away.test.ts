import assert from "node:assert/strict";
import { test } from "node:test";
import { type Codec, TroupeError } from "@troupe/kernel";
import { WAYS, World } from "./support/world.ts";

for (const way of WAYS) {
  test(`${way}: a write whose reply is lost counts once, and whoever waits gets its reply`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    process.faults.lostReplies = 1;
    assert.equal(await world.submit(process, "note", { order: "a", identity: "1" }), 1);
    process.faults.lostReplies = 2;
    const before = world.clock.now();
    await world.say("StockReleaseRequested", { order: "a" });
    await world.say("StockReleaseRequested", { order: "b" });
    await world.settled();
    assert.equal((await world.tally("a")).log.length, 2);
    assert.equal((await world.tally("b")).log.length, 1);
    await world.until(() => new Set(world.heardOf("StockReleased").map(({ identity }) => identity)).size === 2, "both answers");
    assert.ok(world.clock.now() - before < 2_000, "and no sweep was needed for that");
  });

  test(`${way}: while the store is away nothing is lost, readiness is red, and it is not asked in a hot loop`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    process.faults.storeAway = true;
    for (const order of ["a", "b"]) await world.say("StockReleaseRequested", { order });
    await world.until(() => !process.ready(), "readiness is red");
    const before = process.faults.storeCalls;
    await world.clock.advance(10_000);
    assert.ok(process.faults.storeCalls - before < 100, `${process.faults.storeCalls - before} calls in ten seconds`);
    const waiting = assert.rejects(world.submit(process, "note", { order: "a", identity: "1" }), { code: "NOT_READY" });
    assert.match(process.processor.overload() ?? "", /STORE_UNREACHABLE/);
    await waiting;
    process.faults.storeAway = false;
    await world.settled();
    await world.until(() => process.ready(), "readiness is green again");
    await world.until(async () => (await world.tally("a")).log.length === 2, "also the fact whose sender was told to wait");
    assert.equal((await world.tally("b")).log.length, 1);
    await world.until(() => world.heardOf("StockReleased").length === 2, "the answers");
  });

  test(`${way}: a registry that is away holds back what needs it, and nothing else`, async (t) => {
    const world = await World.open(t, way);
    let away = true;
    const codec: Codec = {
      ...world.codec,
      decode: async (record, wants) => {
        if (away) throw new TroupeError("REGISTRY_UNREACHABLE", { address: "test", reason: "away" });
        return world.codec.decode(record, wants);
      },
    };
    const process = await world.started({ codec });
    await world.say("StockReleaseRequested", { order: "a" });
    await world.until(() => !process.ready(), "readiness is red");
    assert.equal(await world.submit(process, "note", { order: "a", identity: "1" }), 1);
    assert.equal(await world.lag(), 1);
    assert.deepEqual(await world.letters(), []);
    away = false;
    await world.settled();
    assert.equal((await world.tally("a")).log.length, 2);
    await world.until(() => process.ready(), "readiness is green again");
  });

  test(`${way}: more submitted facts than allowed turn further starts away`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started({ limits: { submittedFacts: 2 } });
    const waiting = [1, 2].map((at) => world.submit(process, "note", { order: "a", identity: `${at}` }));
    assert.match(process.processor.overload() ?? "", /2 requests wait/);
    await Promise.all(waiting);
    assert.equal(process.processor.overload(), undefined);
  });
}

test("staged: no new batch is taken on while too many records wait for the bus", async (t) => {
  const world = await World.open(t, "staged");
  const process = await world.started({ limits: { unpublishedRecords: 1 } });
  process.faults.busAway = true;
  for (let at = 0; at < 3; at++) {
    await world.say("StockReleaseRequested", { order: "a" });
    await world.clock.advance(1_000);
  }
  assert.equal((await world.tally("a")).log.length, 2, "the third waits in the log");
  assert.match(process.processor.overload() ?? "", /records wait for the bus/);
  assert.equal(await world.submit(process, "note", { order: "b", identity: "1" }), 1, "facts from inside go on");
  process.faults.busAway = false;
  await world.until(() => world.heardOf("StockReleased").length === 3, "all answers");
});
