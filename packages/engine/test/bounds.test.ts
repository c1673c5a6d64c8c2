import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMER_MILLIS, tallyFold } from "./support/tally.ts";
import { WAYS, World } from "./support/world.ts";

const releases = async (world: World, count: number, order = "a"): Promise<void> => {
  for (let at = 0; at < count; at++) await world.say("StockReleaseRequested", { order });
  await world.settled();
};

for (const way of WAYS) {
  test(`${way}: a history takes events up to its bound; what comes then is a dead letter, and timers still fit`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started({ limits: { historyEntries: 10 } });
    await releases(world, 9);
    assert.deepEqual([(await world.document("a"))?.historyLength, (await world.letters()).length], [9, 0]);
    await world.say("ShipmentRecallRequested", { order: "a" });
    await world.settled();
    assert.deepEqual([(await world.document("a"))?.historyLength, (await world.letters()).length], [10, 0]);
    await releases(world, 1);
    const [letter] = await world.letters();
    assert.deepEqual([(await world.document("a"))?.historyLength, letter?.code], [10, "HISTORY_FULL"]);
    assert.match(letter?.reason ?? "", /holds 10 facts in its history/);
    await world.clock.advance(TIMER_MILLIS);
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the timer fires from the reserve");
    await world.submit(process, "note", { order: "a", identity: "act-1" });
    await assert.rejects(world.submit(process, "note", { order: "a", identity: "act-2" }), { code: "HISTORY_FULL" });
    assert.equal((await world.document("a"))?.historyLength, 12, "a fifth more, and not one");
    await releases(world, 1, "b");
    assert.equal((await world.tally("b")).log.length, 1, "other documents go on");
  });

  test(`${way}: at the bound of dead letters the partition waits, says why, loses nothing, and goes on once there is room`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started({ fold: tallyFold({ full: true }), limits: { deadLetters: 10 } });
    for (let at = 0; at < 10; at++) await world.say("RefundRequested", { order: `o-${at}` });
    await world.settled();
    assert.equal((await world.letters()).length, 10);
    assert.ok(process.ready(), "at its bound all is well");
    await world.say("RefundRequested", { order: "o-10" });
    await world.until(() => !process.ready(), "readiness is gone");
    const readiness = process.processor.readiness().check();
    assert.match(readiness.ready ? "" : readiness.reason, /DEAD_LETTERS_FULL: There are 10 dead letters, and 10 are allowed/);
    assert.match(process.processor.overload() ?? "", /DEAD_LETTERS_FULL/, "nothing new is taken");
    assert.deepEqual([await world.lag(), (await world.letters()).length], [1, 10]);
    await world.embedded.store.deadLetters.remove((await world.letters()).slice(0, 1).map(({ id }) => id));
    await world.settled();
    assert.equal((await world.letters()).length, 10);
    await world.until(() => process.ready(), "it is ready again");
  });
}
