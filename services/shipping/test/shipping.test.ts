import assert from "node:assert/strict";
import { test } from "node:test";
import { type Parcel, shipping } from "@troupe/shipping";
import { ORDER, orderPlaced, paymentCaptured, recallRequested } from "../../choreography/test/fixtures.ts";
import { created, finish, forgotten, having, loose, NOW, receive, type Told, tell, uuid } from "../../choreography/test/service-spec.ts";

const service = loose(shipping);
const stateOf = (step: { readonly standing: { readonly state: unknown } }) => step.standing.state as Parcel; // shipping's own state
const unserved = orderPlaced({ shipTo: { recipient: "Ada", street: "Nowhere 0", postalCode: "00000", city: "Nowhere", country: "DE" } });

async function given(...events: readonly Told[]) {
  const step = await tell(service, events);
  return { ...step, state: stateOf(step), payloads: step.published.map(({ name, payload }) => ({ name, payload })) };
}

const parcelOf = (trigger: Told) => created("shipping", trigger, "parcel");
const recalled = (parcelId: string | null) => ({ name: "ShipmentRecalled", payload: { orderId: ORDER, parcelId, recalledAt: NOW } });

test("a paid order is sent to its address and should arrive two days later", async () => {
  const { payloads, state } = await given(orderPlaced(), paymentCaptured());
  const parcelId = parcelOf(paymentCaptured());
  const trackingNumber = `TR${parcelId.slice(-12).toUpperCase()}`;
  const payload = { orderId: ORDER, parcelId, trackingNumber, dispatchedAt: NOW, expectedOn: "2026-03-03" };
  assert.deepEqual(payloads, [{ name: "ShipmentDispatched", payload }]);
  assert.deepEqual(state.books, { dispatched: 1, recalled: 0 });
});

test("no parcel leaves before it is paid for", async () => {
  const { payloads, standing } = await given(orderPlaced());
  assert.deepEqual(payloads, []);
  assert.equal(standing.effect, "none");
});

test("a payment that is read before its order sends the parcel as well", async () => {
  const { payloads, state } = await given(paymentCaptured(), orderPlaced());
  assert.deepEqual(
    payloads.map(({ name }) => name),
    ["ShipmentDispatched"],
  );
  assert.deepEqual(state.books, { dispatched: 1, recalled: 0 });
});

test("an address that no carrier serves is refused with a sentence, once", async () => {
  const { payloads, state } = await given(unserved, paymentCaptured(), paymentCaptured("again"));
  const reason = "No carrier serves the postal code 00000.";
  assert.deepEqual(payloads, [{ name: "ShipmentRefused", payload: { orderId: ORDER, reason, refusedAt: NOW } }]);
  assert.deepEqual(state.books, { dispatched: 0, recalled: 0 });
});

test("a payment that is told twice sends one parcel", async () => {
  const { payloads, state } = await given(orderPlaced(), paymentCaptured("first"), paymentCaptured("second"));
  assert.equal(payloads.length, 1);
  assert.deepEqual(state.books, { dispatched: 1, recalled: 0 });
});

test("a payment that is told twice in one breath sends one parcel, though the carrier has not answered yet", async () => {
  const first = receive(service, (await given(orderPlaced())).standing, paymentCaptured("first"));
  const second = receive(service, first.standing, paymentCaptured("second"));
  assert.equal(first.running.length, 1);
  assert.equal(second.running.length, 0);
  const [running] = first.running;
  assert.ok(running);
  const { standing, published } = await finish(service, second.standing, running);
  assert.equal(published.length, 1);
  assert.deepEqual(stateOf({ standing }).books, { dispatched: 1, recalled: 0 });
});

test("another order under the same id does not change the address", async () => {
  const { payloads } = await given(orderPlaced(), { ...unserved, id: uuid("another") }, paymentCaptured());
  assert.deepEqual(
    payloads.map(({ name }) => name),
    ["ShipmentDispatched"],
  );
});

test("a recall calls the parcel back, a second one is answered alike and counted once", async () => {
  const { payloads, state } = await given(orderPlaced(), paymentCaptured(), recallRequested("first"), recallRequested("second"));
  assert.deepEqual(payloads.slice(1), [recalled(parcelOf(paymentCaptured())), recalled(parcelOf(paymentCaptured()))]);
  assert.deepEqual(state.books, { dispatched: 1, recalled: 1 });
});

for (const [why, events] of [
  ["before anything else", [recallRequested(), orderPlaced(), paymentCaptured()]],
  ["between the order and its payment", [orderPlaced(), recallRequested(), paymentCaptured()]],
  ["between the payment and its order", [paymentCaptured(), recallRequested(), orderPlaced()]],
] as const) {
  test(`a recall that is asked for ${why} keeps the parcel in the house`, async () => {
    const { payloads, state } = await given(...events);
    assert.deepEqual(payloads, [recalled(null)]);
    assert.deepEqual(state.books, { dispatched: 0, recalled: 0 });
  });
}

test("without the kit's tombstone the state itself still refuses a dispatch after its recall", async () => {
  const undone = await given(recallRequested());
  const { published } = await tell(service, [orderPlaced(), paymentCaptured()], forgotten(undone.standing));
  assert.deepEqual(published, []);
});

test("a parcel that leaves after an empty recall is called back by the next one", async () => {
  const empty = await given(recallRequested("early"));
  const parcelId = uuid("parcel");
  const sent = { orderId: ORDER, parcelId, trackingNumber: "TR1", dispatchedAt: NOW, expectedOn: "2026-03-03" };
  type Sent = Parameters<NonNullable<typeof shipping.entity.evolve.ShipmentDispatched>>[1];
  const gone = shipping.entity.evolve.ShipmentDispatched?.(empty.state, sent as Sent, { now: NOW }); // the day is written as one
  assert.ok(gone);
  const { published, standing } = await tell(service, [recallRequested("late")], having(empty.standing, gone));
  assert.deepEqual(
    published.map(({ name, payload }) => ({ name, payload })),
    [recalled(parcelId)],
  );
  assert.deepEqual(stateOf({ standing }).books, { dispatched: 1, recalled: 1 });
});

test("the address is kept only until the parcel is settled", async () => {
  const kept = async (...events: readonly Told[]) => (await given(...events)).state.shipTo !== null;
  assert.equal(await kept(orderPlaced()), true);
  assert.equal(await kept(orderPlaced(), paymentCaptured()), false);
  assert.equal(await kept(unserved, paymentCaptured()), false);
  assert.equal(await kept(orderPlaced(), recallRequested()), false);
  assert.equal(await kept(recallRequested(), orderPlaced()), false);
});

test("the books show a second parcel instead of hiding it", () => {
  const sent = shipping.entity.evolve.ShipmentDispatched;
  assert.ok(sent);
  const parcel = (id: string) => ({
    orderId: ORDER,
    parcelId: uuid(id),
    trackingNumber: "TR1",
    dispatchedAt: NOW,
    expectedOn: "2026-03-03",
  });
  type Sent = Parameters<typeof sent>[1];
  const fold = (state: Parcel, id: string) => sent(state, parcel(id) as Sent, { now: NOW }); // the day is written as one
  const once = fold(fold(shipping.entity.initial, "a"), "a");
  assert.equal(once.books.dispatched, 1);
  assert.equal(fold(once, "b").books.dispatched, 2);
});
