import assert from "node:assert/strict";
import { test } from "node:test";
import { orders } from "@troupe/orders";
import { confirmationRequested, ORDER, orderPlaced } from "../../choreography/test/fixtures.ts";
import { loose, NOW, tell } from "../../choreography/test/service-spec.ts";

const service = loose(orders);
const CONFIRMED = { status: "confirmed", placedAt: NOW, confirmedAt: NOW };

test("an order is placed once it is read back, and confirmed when the saga asks", async () => {
  const placed = await tell(service, [orderPlaced()]);
  assert.deepEqual(placed.standing.state, { status: "placed", placedAt: NOW, confirmedAt: null });
  assert.deepEqual(placed.published, []);
  const confirmed = await tell(service, [confirmationRequested()], placed.standing);
  assert.deepEqual(
    confirmed.published.map(({ name, payload }) => ({ name, payload })),
    [{ name: "OrderConfirmed", payload: { orderId: ORDER, confirmedAt: NOW } }],
  );
  assert.deepEqual(confirmed.standing.state, CONFIRMED);
});

test("asked again, the first time of confirmation stands", async () => {
  const decide = orders.entity.decide.OrderConfirmationRequested;
  const earlier = (NOW - 1000) as typeof NOW; // a second before, still milliseconds
  const state = { status: "confirmed", placedAt: earlier, confirmedAt: earlier } as const;
  const context = { now: NOW, effect: "none", id: () => ORDER } as const;
  const envelope = { id: "1", type: "shop.orders.OrderConfirmationRequested", source: "/coordinator", time: NOW, tenant: "default" };
  const published = decide?.(state, { name: "OrderConfirmationRequested", payload: { orderId: ORDER }, envelope }, context);
  assert.deepEqual(published, [{ name: "OrderConfirmed", payload: { orderId: ORDER, confirmedAt: earlier } }]);
});

test("another order under the same id does not move the time of the first", async () => {
  const later = (NOW + 1000) as typeof NOW; // a second after, still milliseconds
  const { standing } = await tell(service, [orderPlaced(), { ...orderPlaced({ placedAt: later }), id: "another" }]);
  assert.deepEqual(standing.state, { status: "placed", placedAt: NOW, confirmedAt: null });
});

test("a confirmation that overtakes its order is not forgotten", async () => {
  const { standing } = await tell(service, [confirmationRequested(), orderPlaced()]);
  assert.deepEqual(standing.state, CONFIRMED);
});
