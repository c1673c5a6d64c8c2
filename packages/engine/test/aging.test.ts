import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, tallyFold, tallyId } from "./support/tally.ts";
import { ids, orderId, WAYS, World } from "./support/world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LIMITS = { retentionMillis: 2 * HOUR, horizonMillis: DAY, timerPollMillis: HOUR, sweepEveryMillis: HOUR };

for (const way of WAYS) {
  test(`${way}: a finished document becomes a marker after the retention, takes nothing more, and goes after horizon and margin`, async (t) => {
    const world = await World.open(t, way);
    let keep = true;
    const fold = { ...tallyFold(), finished: { archive: ["open"], remove: [] }, keeps: () => keep };
    await world.started({ fold, limits: LIMITS });
    await world.say("StockReleaseRequested", { order: "a", id: "one" });
    await world.settled();
    await world.clock.advance(3 * HOUR);
    assert.equal((await world.document("a"))?.status, "open", "it is needed");
    keep = false;
    await world.clock.advance(60_000);
    await world.until(async () => (await world.document("a"))?.status === "archived", "the marker");
    assert.deepEqual([(await world.document("a"))?.state, (await world.document("a"))?.inbox], [null, {}]);
    await world.say("StockReleaseRequested", { order: "a", id: "one" });
    await world.say("StockReleaseRequested", { order: "a", id: "two" });
    await world.settled();
    assert.equal((await world.document("a"))?.status, "archived", "whatever comes finds the story over");
    assert.equal(world.heardOf("StockReleased").length, 1);
    for (let hour = 0; hour < 49; hour++) await world.clock.advance(HOUR);
    await world.until(async () => (await world.document("a")) === undefined, "the marker is gone");
    assert.deepEqual((await world.tally("a")).log, []);
    assert.equal(ids.messageId("said", ["one"]), world.heardOf("StockReleaseRequested")[0]?.envelope.id);
  });

  test(`${way}: rows of parked records that no document names go after the horizon, those that one names stay`, async (t) => {
    const world = await World.open(t, way);
    await world.started({ fold: { ...tallyFold(), finished: { archive: [], remove: [] } }, limits: LIMITS });
    await world.say("RefundRequested", { order: "a", id: "poison" });
    await world.settled();
    const { parked } = world.embedded.store;
    const [row] = await parked.load(OWNER, tallyId(orderId("a")));
    assert.ok(row);
    await parked.add([
      { ...row, offset: 77 },
      { ...row, document: tallyId(orderId("nobody")) },
    ]);
    for (let hour = 0; hour < 50; hour++) await world.clock.advance(HOUR);
    await world.until(async () => (await parked.totals(OWNER)).rows === 1, "the left ones are gone");
    assert.deepEqual(await world.parked("a"), [ids.messageId("said", ["poison"])]);
  });
}
