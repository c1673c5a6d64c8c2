import assert from "node:assert/strict";
import { test } from "node:test";
import { decimal } from "@troupe/kernel";
import { type Charge, payments, paymentsOn } from "@troupe/payments";
import { ORDER, ORDINARY_CARD, orderPlaced, refundRequested, stockReserved, TOTAL } from "../../choreography/test/fixtures.ts";
import { created, finish, forgotten, having, loose, NOW, receive, type Told, tell, uuid } from "../../choreography/test/service-spec.ts";

const service = loose(payments);
const [DECLINED, SILENT, LATE, TWICE] = ["4000000000000002", "4000000000000259", "4000000000000341", "4000000000000408"] as const;
const stateOf = (step: { readonly standing: { readonly state: unknown } }) => step.standing.state as Charge; // payments' own state

async function given(...events: readonly Told[]) {
  const step = await tell(service, events);
  return { ...step, state: stateOf(step), names: step.published.map(({ name }) => name) };
}

const refundOf = (paymentId: string | null, amount: string) => ({ orderId: ORDER, paymentId, amount, refundedAt: NOW });
const paymentOf = (trigger: Told) => created("payments", trigger, "payment");

test("a card is charged with the order's total once the stock is reserved", async () => {
  const { published, state } = await given(orderPlaced(), stockReserved());
  const paymentId = paymentOf(stockReserved());
  assert.deepEqual(
    published.map(({ name, payload }) => ({ name, payload })),
    [{ name: "PaymentCaptured", payload: { orderId: ORDER, paymentId, amount: TOTAL, currency: "EUR", capturedAt: NOW } }],
  );
  assert.deepEqual(state.books, { captured: "25.00", refunded: "0.00" });
});

test("no card is charged before the stock is reserved", async () => {
  const { names, standing } = await given(orderPlaced());
  assert.deepEqual(names, []);
  assert.equal(standing.effect, "none");
});

test("stock that is reserved before its order is read charges the same money", async () => {
  const { names, state } = await given(stockReserved(), orderPlaced());
  assert.deepEqual(names, ["PaymentCaptured"]);
  assert.deepEqual(state.books, { captured: "25.00", refunded: "0.00" });
});

test("a declined card moves no money and is not charged again", async () => {
  const { published, state } = await given(orderPlaced({ card: DECLINED }), stockReserved(), stockReserved("again"));
  assert.deepEqual(
    published.map(({ payload }) => payload),
    [{ orderId: ORDER, reason: "INSUFFICIENT_FUNDS", declinedAt: NOW }],
  );
  assert.deepEqual(state.books, { captured: "0.00", refunded: "0.00" });
});

test("a silent card publishes nothing, and its undo gives back nothing", async () => {
  const { published, state } = await given(orderPlaced({ card: SILENT }), stockReserved(), refundRequested());
  assert.deepEqual(
    published.map(({ payload }) => payload),
    [refundOf(null, "0.00")],
  );
  assert.deepEqual(state.books, { captured: "0.00", refunded: "0.00" });
});

test("a late card is captured at once, told later, and refunded in full even before it is told", async () => {
  const { published, state } = await given(orderPlaced({ card: LATE }), stockReserved(), refundRequested());
  assert.deepEqual(
    published.map(({ name, afterMillis }) => ({ name, afterMillis })),
    [
      { name: "PaymentCaptured", afterMillis: 15_000 },
      { name: "PaymentRefunded", afterMillis: undefined },
    ],
  );
  assert.deepEqual(published[1]?.payload, refundOf(paymentOf(stockReserved()), "25.00"));
  assert.deepEqual(state.books, { captured: "25.00", refunded: "25.00" });
});

test("a card that is told twice is two messages about one payment, and counted once", async () => {
  const { published, state } = await given(orderPlaced({ card: TWICE }), stockReserved());
  const [first, second] = published;
  assert.ok(first !== undefined && second !== undefined && published.length === 2);
  assert.deepEqual(first.payload, second.payload);
  assert.notEqual(first.id, second.id);
  assert.deepEqual(state.books, { captured: "25.00", refunded: "0.00" });
});

test("a second refund is answered with the same figures and counted once", async () => {
  const { published, state } = await given(orderPlaced(), stockReserved(), refundRequested("first"), refundRequested("second"));
  assert.deepEqual(published.at(-1)?.payload, refundOf(paymentOf(stockReserved()), "25.00"));
  assert.deepEqual(published.at(-2)?.payload, published.at(-1)?.payload);
  assert.deepEqual(state.books, { captured: "25.00", refunded: "25.00" });
});

for (const [why, events] of [
  ["before anything else", [refundRequested(), orderPlaced(), stockReserved()]],
  ["between the order and its stock", [orderPlaced(), refundRequested(), stockReserved()]],
  ["between the stock and its order", [stockReserved(), refundRequested(), orderPlaced()]],
] as const) {
  test(`a refund that is asked for ${why} keeps the card from being charged`, async () => {
    const { published, state } = await given(...events);
    assert.deepEqual(
      published.map(({ payload }) => payload),
      [refundOf(null, "0.00")],
    );
    assert.deepEqual(state.books, { captured: "0.00", refunded: "0.00" });
  });
}

test("without the kit's tombstone the state itself still refuses a charge after its refund", async () => {
  const undone = await tell(service, [refundRequested(), orderPlaced()]);
  const { published } = await tell(service, [orderPlaced(), stockReserved()], forgotten(undone.standing));
  assert.deepEqual(published, []);
});

test("money that arrives after an empty refund goes back with the next one", async () => {
  const empty = await given(refundRequested("early"));
  const paymentId = uuid("payment");
  const money = { orderId: ORDER, paymentId, amount: TOTAL, currency: "EUR", capturedAt: NOW } as const;
  const charged = payments.entity.evolve.PaymentCaptured?.(empty.state, money, { now: NOW });
  assert.ok(charged);
  const { published, standing } = await tell(service, [refundRequested("late")], having(empty.standing, charged));
  assert.deepEqual(published[0]?.payload, refundOf(paymentId, "25.00"));
  assert.deepEqual(stateOf({ standing }).books, { captured: "25.00", refunded: "25.00" });
});

test("a refund that comes while the charge is under way waits for it, and gives all of it back", async () => {
  const placed = receive(service, (await given(orderPlaced())).standing, stockReserved());
  const [running] = placed.running;
  assert.ok(running);
  const asked = receive(service, placed.standing, refundRequested());
  assert.deepEqual(asked.published, []);
  const { published, standing } = await finish(service, asked.standing, running);
  assert.deepEqual(
    published.map(({ name }) => name),
    ["PaymentCaptured", "PaymentRefunded"],
  );
  assert.deepEqual(stateOf({ standing }).books, { captured: "25.00", refunded: "25.00" });
});

test("another order under the same id changes neither card nor amount", async () => {
  const another = { ...orderPlaced({ card: DECLINED, total: decimal("99.00", 2) }), id: uuid("another") };
  const { names, state } = await given(orderPlaced(), another, stockReserved());
  assert.deepEqual(names, ["PaymentCaptured"]);
  assert.deepEqual(state.books, { captured: "25.00", refunded: "0.00" });
});

test("while a charge is under way no second one begins", async () => {
  const first = receive(service, (await given(orderPlaced())).standing, stockReserved());
  assert.equal(first.running.length, 1);
  assert.equal(first.standing.effect, "begun");
  assert.equal(receive(service, first.standing, stockReserved("again")).running.length, 0);
});

test("the card number is kept only until the network has answered or the order is undone", async () => {
  const kept = async (...events: readonly Told[]) => JSON.stringify((await given(...events)).state).includes(ORDINARY_CARD);
  assert.equal(await kept(orderPlaced()), true);
  assert.equal(await kept(orderPlaced(), stockReserved()), false);
  assert.equal(await kept(orderPlaced(), refundRequested()), false);
  assert.equal(await kept(orderPlaced(), stockReserved(), { ...orderPlaced(), id: uuid("again") }), false);
});

test("an unreachable network rejects, so the kit tries again, under one idempotency key and one payment id", async () => {
  const seen: string[] = [];
  const broken = loose(
    paymentsOn({
      async capture({ idempotencyKey, paymentId }) {
        seen.push(`${idempotencyKey} ${paymentId}`);
        throw new Error("connection refused");
      },
    }),
  );
  const { standing, running } = receive(broken, (await tell(broken, [orderPlaced()])).standing, stockReserved());
  const [run] = running;
  assert.ok(run);
  for (let attempt = 0; attempt < 2; attempt++) await assert.rejects(finish(broken, standing, run), /connection refused/);
  assert.equal(seen.length, 2);
  assert.equal(seen[0], seen[1]);
});

test("the books show a second payment instead of hiding it", () => {
  const captured = payments.entity.evolve.PaymentCaptured;
  assert.ok(captured);
  const money = (id: string) => ({ orderId: ORDER, paymentId: uuid(id), amount: TOTAL, currency: "EUR", capturedAt: NOW }) as const;
  const once = captured(captured(payments.entity.initial, money("a"), { now: NOW }), money("a"), { now: NOW });
  assert.equal(once.books.captured, "25.00");
  assert.equal(captured(once, money("b"), { now: NOW }).books.captured, "50.00");
});
