import assert from "node:assert/strict";
import { test } from "node:test";
import { orderId } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

/* Documents that act on each other do so over the log alone: a parent and its sub-saga, an alias and the saga that has it. */

const PARENT = `
saga: parent
start: { on: StockReleaseRequested }
deadline: 1h
steps:
  recall: { saga: recalling, with: { orderId: saga.id } }
  confirm: { after: [recall], done: StockReleased, failed: ShipmentRefused, timeout: 30m, compensate: { none: reading only } }
`;
const CHILD = `
saga: recalling
start: { on: ShipmentRecallRequested }
deadline: 30m
steps:
  recall:
    done: ShipmentRecalled
    timeout: 1m
    compensate: { emit: OrderConfirmationRequested, with: { orderId: saga.id }, done: OrderConfirmed }
`;

async function family(t: Parameters<typeof Stage.open>[0]): Promise<Stage> {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  // The parent stands first in the folder: the order of files does not matter.
  stage.write("a-parent.saga.yaml", PARENT);
  stage.write("b-child.saga.yaml", CHILD);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.until(async () => (await stage.statusOf("recalling")) === "running", "the sub-saga runs");
  return stage;
}

test("a sub-saga is started by its parent and its completion goes on in the parent", async (t) => {
  const stage = await family(t);
  await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 });
  await stage.until(async () => (await stage.statusOf("recalling")) === "completed", "the sub-saga completes");
  await stage.until(() => stage.heardOf("StepOpened").some(({ payload }) => payload["step"] === "confirm"), "the parent goes on");
});

test("a cancelled parent makes its sub-saga compensate, and is compensated when that is", async (t) => {
  const stage = await family(t);
  await stage.tell(
    "SagaCancelRequested",
    { sagaId: orderId("a"), definition: "parent", by: "ann", reason: "ordered twice" },
    { correlationId: orderId("a") },
  );
  await stage.until(() => stage.heardOf("OrderConfirmationRequested").length === 1, "the sub-saga undoes its step");
  assert.deepEqual([await stage.statusOf("parent"), await stage.statusOf("recalling")], ["compensating", "compensating"]);
  await stage.say("OrderConfirmed", { confirmedAt: 0 });
  await stage.until(async () => (await stage.statusOf("parent")) === "compensated", "both are undone");
  assert.equal(await stage.statusOf("recalling"), "compensated");
});

const ALIASED = `
saga: parcels
correlate: { ShipmentRecalled: { alias: parcel, of: event.parcelId } }
aliases: { parcel: steps.ship.parcelId }
start: { on: StockReleaseRequested }
deadline: 1h
steps:
  ship: { done: ShipmentDispatched, timeout: 10m, compensate: { none: reading only } }
  recall: { done: ShipmentRecalled, timeout: 30m, compensate: { none: reading only } }
`;
const PARCEL = "0190d7f4-5a3c-7bbb-8ccc-0123456789ab";

test("an event that names a parcel finds the saga that has it, also when it came before anybody knew the parcel", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  stage.write("parcels.saga.yaml", ALIASED);
  await stage.start();
  await stage.say("ShipmentRecalled", { parcelId: PARCEL, recalledAt: 0 }, "somebody else's order");
  await stage.say("StockReleaseRequested");
  await stage.say("ShipmentDispatched", { parcelId: PARCEL, trackingNumber: "t", dispatchedAt: 0, expectedOn: "2026-01-01" });
  await stage.until(async () => (await stage.statusOf("parcels")) === "completed", "the event was handed on");
  assert.equal(stage.heardOf("AliasClaimed").length, 1);
  assert.equal(stage.heardOf("EventForwarded").length, 1);
});

test("a second saga that claims the same parcel is stuck, with both named", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  stage.write("parcels.saga.yaml", ALIASED);
  await stage.start();
  for (const order of ["a", "b"]) {
    await stage.say("StockReleaseRequested", {}, order);
    await stage.say("ShipmentDispatched", { parcelId: PARCEL, trackingNumber: "t", dispatchedAt: 0, expectedOn: "2026-01-01" }, order);
  }
  await stage.until(() => stage.heardOf("SagaStuck").length === 1, "the second is stuck");
  const [stuck] = stage.heardOf("SagaStuck");
  for (const order of ["a", "b"]) assert.match(String(stuck?.payload["cause"]), new RegExp(orderId(order)));
});

test("a value is free again when the marker of its saga is over, and is the next saga's then", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  stage.write("parcels.saga.yaml", ALIASED);
  await stage.start();
  const dispatched = { parcelId: PARCEL, trackingNumber: "t", dispatchedAt: 0, expectedOn: "2026-01-01" };
  const recalled = { parcelId: PARCEL, recalledAt: 0 };
  await stage.say("StockReleaseRequested");
  await stage.say("ShipmentDispatched", dispatched);
  await stage.say("ShipmentRecalled", recalled);
  await stage.until(() => stage.heardOf("AliasReleased").length === 1, "the saga ends and releases the value");
  await stage.away(8.9 * DAY);
  await stage.say("ShipmentRecalled", recalled, "somebody else's order");
  await stage.until(() => stage.heardOf("EventForwarded").length === 2, "a late event still finds the saga");
  await stage.away(0.2 * DAY);
  await stage.until(async () => (await stage.aliasStatus("parcels.parcel", PARCEL)) === "free", "the marker is over");
  await stage.say("StockReleaseRequested", {}, "b");
  await stage.say("ShipmentDispatched", dispatched, "b");
  await stage.say("ShipmentRecalled", recalled, "b");
  await stage.until(async () => (await stage.statusOf("parcels", "b")) === "completed", "the value is the next saga's");
  assert.equal(stage.heardOf("AliasRefused").length, 0);
});

const DAY = 86_400_000;

const SCHEDULED = `
saga: frequent
start:
  cron: "*/5 * * * *"
  emit: StockReleaseRequested
  with: { orderId: '"0190d7f4-5a3c-7bbb-8ccc-0123456789ab"' }
deadline: 1h
steps:
  release: { done: StockReleased, timeout: 30m, compensate: { none: reading only } }
`;

const FIVE_MINUTES = 300_000;

test("a schedule starts a saga at its time, once, and goes on after a restart", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  stage.write("frequent.saga.yaml", SCHEDULED);
  await stage.start();
  assert.equal(stage.heardOf("StockReleaseRequested").length, 0);
  await stage.clock.advance(FIVE_MINUTES);
  await stage.until(() => stage.heardOf("StockReleaseRequested").length === 1, "the scheduled start");
  await stage.until(() => stage.heardOf("SagaStarted").length === 1, "the saga");
  await stage.stop();
  await stage.start();
  await stage.clock.advance(FIVE_MINUTES);
  await stage.until(() => stage.heardOf("StockReleaseRequested").length === 2, "the next start");
  assert.equal(new Set(stage.heardOf("StockReleaseRequested").map(({ identity }) => identity)).size, 2);
});

test("a schedule is one document for each tenant that the coordinator is given, each with starts of its own", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", null);
  stage.write("frequent.saga.yaml", SCHEDULED);
  await stage.start({ tenants: ["default", "acme"] });
  await stage.clock.advance(FIVE_MINUTES);
  await stage.until(() => stage.heardOf("SagaStarted").length === 2, "a saga for each tenant");
  const starts = stage.heardOf("StockReleaseRequested");
  assert.deepEqual(starts.map(({ envelope }) => envelope.tenant).sort(), ["acme", "default"]);
  assert.equal(new Set(starts.map(({ envelope }) => envelope.id)).size, 2);
});
