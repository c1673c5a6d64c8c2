import assert from "node:assert/strict";
import { test } from "node:test";
import { inventory, type Reservation } from "@troupe/inventory";
import { ORDER, orderOf, orderPlaced, releaseRequested } from "../../choreography/test/fixtures.ts";
import { created, forgotten, loose, NOW, type Told, tell, uuid } from "../../choreography/test/service-spec.ts";

const service = loose(inventory);

async function given(...events: readonly Told[]) {
  const { standing, published } = await tell(service, events);
  return { state: standing.state as Reservation, published: published.map(({ name, payload }) => ({ name, payload })) }; // inventory's own state
}

test("a placed order is held as a whole, its pieces counted as exact longs", async () => {
  const placed = orderOf({ "TEA-1": 2, "CUP-7": 3 });
  const { state, published } = await given(placed);
  const reservationId = created("inventory", placed, "reservation");
  const lines = [
    { sku: "TEA-1", quantity: 2 },
    { sku: "CUP-7", quantity: 3 },
  ];
  assert.deepEqual(published, [{ name: "StockReserved", payload: { orderId: ORDER, reservationId, lines, units: 5n, reservedAt: NOW } }]);
  assert.deepEqual(state.books, { reserved: 5, released: 0 });
});

test("an order with one article that can't be held is rejected as a whole", async () => {
  const { state, published } = await given(orderOf({ "TEA-1": 2, "SOLD-OUT": 1 }));
  assert.deepEqual(published, [
    { name: "StockRejected", payload: { orderId: ORDER, sku: "SOLD-OUT", reason: "SOLD_OUT", rejectedAt: NOW } },
  ]);
  assert.deepEqual(state.books, { reserved: 0, released: 0 });
});

test("a release gives back what was held", async () => {
  const { state, published } = await given(orderOf({ "TEA-1": 7 }), releaseRequested());
  assert.deepEqual(published.at(-1), { name: "StockReleased", payload: { orderId: ORDER, units: 7n, releasedAt: NOW } });
  assert.deepEqual(state.books, { reserved: 7, released: 7 });
});

test("a second release is answered like the first and counted once", async () => {
  const { state, published } = await given(orderOf({ "TEA-1": 7 }), releaseRequested("first"), releaseRequested("second"));
  assert.deepEqual(published.at(-1), published.at(-2));
  assert.deepEqual(state.books, { reserved: 7, released: 7 });
});

test("a release of a rejected order gives back nothing", async () => {
  const { state, published } = await given(orderOf({ "SOLD-OUT": 1 }), releaseRequested());
  assert.deepEqual(published.at(-1), { name: "StockReleased", payload: { orderId: ORDER, units: 0n, releasedAt: NOW } });
  assert.deepEqual(state.books, { reserved: 0, released: 0 });
});

test("an order that comes after its release holds nothing", async () => {
  const { state, published } = await given(releaseRequested(), orderPlaced());
  assert.deepEqual(
    published.map(({ name }) => name),
    ["StockReleased"],
  );
  assert.deepEqual(state.books, { reserved: 0, released: 0 });
});

test("without the kit's tombstone the state itself still refuses to hold after a release", async () => {
  const undone = await tell(service, [releaseRequested()]);
  const { published } = await tell(service, [orderPlaced()], forgotten(undone.standing));
  assert.deepEqual(published, []);
});

test("an order that is told in two messages is held once", async () => {
  const { state, published } = await given(orderPlaced(), { ...orderPlaced(), id: uuid("again") });
  assert.equal(published.length, 1);
  assert.deepEqual(state.books, { reserved: 2, released: 0 });
});

test("the books show a second reservation instead of hiding it", () => {
  const reserved = inventory.entity.evolve.StockReserved;
  assert.ok(reserved);
  const held = (reservationId: string) => ({ orderId: ORDER, reservationId: uuid(reservationId), lines: [], units: 2n, reservedAt: NOW });
  const once = reserved(reserved(inventory.entity.initial, held("a"), { now: NOW }), held("a"), { now: NOW });
  const twice = reserved(once, held("b"), { now: NOW });
  assert.equal(once.books.reserved, 2);
  assert.equal(twice.books.reserved, 4);
});
