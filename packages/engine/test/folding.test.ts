import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, TIMER_MILLIS, tallyFold, tallyId } from "./support/tally.ts";
import { ids, orderId, WAYS, World } from "./support/world.ts";

for (const way of WAYS) {
  test(`${way}: a fact that is delivered three times is folded once and answered once`, async (t) => {
    const world = await World.open(t, way);
    await world.say("StockReleaseRequested", { order: "a", id: "one" });
    await world.say("StockReleaseRequested", { order: "a", id: "one" });
    await world.started();
    await world.settled();
    await world.say("StockReleaseRequested", { order: "a", id: "one" });
    await world.say("StockReleaseRequested", { order: "a", id: "two" });
    await world.settled();
    await world.until(() => world.heardOf("StockReleased").length === 2, "both answers");
    const { log } = await world.tally("a");
    assert.deepEqual(log, [ids.messageId("said", ["one"]), ids.messageId("said", ["two"])]);
    assert.equal((await world.document("a"))?.version, 2, "duplicates alone write nothing");
  });

  test(`${way}: an event that its document has no room for becomes a dead letter, and its neighbours go on`, async (t) => {
    const world = await World.open(t, way);
    await world.started({ fold: tallyFold({ full: true }) });
    await world.say("RefundRequested", { order: "a" });
    await world.say("StockReleaseRequested", { order: "a" });
    await world.settled();
    const [letter, ...others] = await world.letters();
    assert.deepEqual([letter?.code, others], ["EARLY_EVENTS_FULL", []]);
    assert.ok(letter?.value, "its bytes are kept");
    assert.equal((await world.tally("a")).log.length, 1);
  });

  test(`${way}: an offset does not move before its dead letter is durable`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started({ fold: tallyFold({ full: true }) });
    process.faults.storeAway = true;
    await world.say("RefundRequested", { order: "a" });
    await world.until(() => !process.ready(), "the process notices that the store is away");
    assert.equal(await world.lag(), 1);
    assert.deepEqual(await world.letters(), []);
    process.faults.storeAway = false;
    await world.settled();
    assert.equal((await world.letters()).length, 1);
  });

  test(`${way}: two writers of one document fold each fact once, whoever loses the race`, async (t) => {
    const world = await World.open(t, way);
    const reader = await world.started();
    const writer = world.process();
    await world.say("StockReleaseRequested", { order: "a", id: "first" });
    await world.settled();
    let foreign = 0;
    reader.faults.beforeCommit = async () => {
      if (foreign++ < 3) await world.submit(writer, "note", { order: "a", identity: `note-${foreign}` });
    };
    await world.say("StockReleaseRequested", { order: "a", id: "second" });
    await world.settled();
    const { log } = await world.tally("a");
    assert.deepEqual(log.filter((entry) => entry === "note").length, 3);
    assert.deepEqual(new Set(log).size, 3, "first, note and second");
    assert.equal(log.length, 5);
    await world.until(() => world.heardOf("StockReleased").length === 2, "both answers");
    assert.deepEqual(
      world.heardOf("StockReleased").map(({ payload }) => payload["units"]),
      [1n, 5n],
    );
  });

  test(`${way}: what fails on an old cached copy is folded on the stored document before it is believed`, async (t) => {
    const world = await World.open(t, way);
    const reader = await world.started();
    const writer = world.process();
    await world.submit(reader, "note", { order: "a", identity: "1" });
    await world.submit(writer, "note", { order: "a", identity: "2" });
    assert.equal(await world.submit(reader, "third", { order: "a", identity: "3" }), 3);
  });

  test(`${way}: a timer set by another process fires although this one holds an older copy`, async (t) => {
    const world = await World.open(t, way);
    await world.started();
    const foreign = await world.embedded.store.documents(OWNER);
    await world.say("ShipmentRecallRequested", { order: "a" });
    await world.settled();
    const stored = await world.document("a");
    assert.ok(stored?.dueAt);
    const { definition, status, state, inbox, historyLength, updatedAt } = stored;
    const dueAt = stored.dueAt - TIMER_MILLIS / 2;
    const earlier = { ...(state as { log: string[] }), timers: { ring: dueAt } }; // a tally
    const body = { definition, status, state: earlier, inbox, historyLength, updatedAt, dueAt };
    const { id, version: expected, shard, nextSeq } = stored;
    await foreign.commit([{ id, expected, w: "foreign", shard, nextSeq, body, history: [], outbox: {} }]);
    await world.clock.advance(TIMER_MILLIS / 2 + 1);
    await world.until(() => world.heardOf("OrderConfirmed").length === 1, "the timer fires", { still: false });
    assert.ok(world.clock.now() < dueAt + TIMER_MILLIS / 2, "at the time that the foreign write set");
  });

  test(`${way}: a tick of more documents than the cache holds is folded like any other`, async (t) => {
    const world = await World.open(t, way);
    const orders = Array.from({ length: 20 }, (_, at) => `order-${at}`);
    for (const round of ["one", "two"])
      for (const order of orders) await world.say("StockReleaseRequested", { order, id: `${order}-${round}` });
    await world.started({ limits: { cachedDocuments: 1 } });
    await world.settled();
    for (const order of orders) assert.equal((await world.tally(order)).log.length, 2);
  });

  test(`${way}: a command that can't be encoded leaves nothing of its fact behind`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    await assert.rejects(world.submit(process, "unencodable", { order: "a", identity: "1" }), { code: "EVENT_FIELD_INVALID" });
    assert.equal(await world.document("a"), undefined);
    assert.equal(await world.submit(process, "note", { order: "a", identity: "2" }), 1);
  });

  test(`${way}: the events of a document that the store refuses become dead letters before the offset moves`, async (t) => {
    const world = await World.open(t, way);
    const process = await world.started();
    process.faults.refusedDocument = tallyId(orderId("a"));
    await world.say("StockReleaseRequested", { order: "a" });
    await world.say("StockReleaseRequested", { order: "b" });
    await assert.rejects(world.submit(process, "note", { order: "a", identity: "1" }), { code: "DOCUMENT_REFUSED" });
    await world.settled();
    assert.deepEqual(
      (await world.letters()).map(({ code }) => code),
      ["DOCUMENT_REFUSED"],
    );
    assert.equal((await world.tally("b")).log.length, 1);
    assert.ok(process.lines.some(({ level, text }) => level === "error" && text.includes("refused")));
  });

  test(`${way}: a record older than the horizon is not folded, since its duplicate may be forgotten`, async (t) => {
    const world = await World.open(t, way);
    await world.say("StockReleaseRequested", { order: "a" });
    await world.clock.advance(9 * 86_400_000);
    await world.started();
    await world.settled();
    assert.deepEqual(
      (await world.letters()).map(({ code }) => code),
      ["RECORD_TOO_OLD"],
    );
    assert.equal(await world.document("a"), undefined);
  });
}

test("a tenant header that would name another tenant's document goes to the dead letters", async (t) => {
  const world = await World.open(t, "atomic");
  await world.started();
  await world.say("StockReleaseRequested", { order: "a", tenant: "default/tally" });
  await world.say("StockReleaseRequested", { order: "a", tenant: "other" });
  await world.settled();
  assert.deepEqual(
    (await world.letters()).map(({ code }) => code),
    ["EVENT_FIELD_INVALID"],
  );
  assert.equal(await world.document("a"), undefined, "another tenant's event stays with the other tenant");
});
