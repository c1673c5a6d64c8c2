import assert from "node:assert/strict";
import { test } from "node:test";
import { inventory, type Reservation } from "@troupe/inventory";
import type { Decimal } from "@troupe/kernel";
import { orders } from "@troupe/orders";
import { type Charge, payments, TEST_CARDS } from "@troupe/payments";
import { type Parcel, shipping } from "@troupe/shipping";
import fc from "fast-check";
import { ORDINARY_CARD, orderPlaced, recallRequested, refundRequested, releaseRequested } from "./fixtures.ts";
import { createStage, type Stage } from "./stage.ts";

const services = [orders, inventory, payments, shipping] as const;

/** Every ending that the choreography can take by the order alone. */
const anyOrder = fc
  .record({
    card: fc.constantFrom(ORDINARY_CARD, ...Object.keys(TEST_CARDS)),
    sku: fc.constantFrom("TEA-1", "TEA-1", "TEA-1", "SOLD-OUT", "NO-SUCH"),
    postalCode: fc.constantFrom("10115", "10115", "00000"),
  })
  .map(({ card, sku, postalCode }) => ({
    card,
    event: orderPlaced({
      card,
      lines: [{ sku, quantity: 2, unitPrice: "12.50" as Decimal }], // written with two digits
      shipTo: { recipient: "Ada", street: "Main Street 1", postalCode, city: "Berlin", country: "DE" },
    }),
  }));
/** Who does something next; enough for the longest run, the rest is played out in a fixed order. */
const anyChoices = fc.array(fc.nat(), { minLength: 0, maxLength: 60 });
const undos = (round: string) => [
  releaseRequested(`release-${round}`),
  refundRequested(`refund-${round}`),
  recallRequested(`recall-${round}`),
];

const bookOf = (stage: Stage) => ({
  stock: (stage.stateOf("inventory") as Reservation).books, // each service keeps its own state
  money: (stage.stateOf("payments") as Charge).books,
  parcels: (stage.stateOf("shipping") as Parcel).books,
});

test("whatever order the topics are read in, an order ends the same way", async () => {
  await fc.assert(
    fc.asyncProperty(anyOrder, anyChoices, async ({ event }, choices) => {
      const inOrder = createStage(services, [event]);
      await inOrder.play([]);
      const shuffled = createStage(services, [event]);
      await shuffled.play(choices);
      assert.deepEqual(bookOf(shuffled), bookOf(inOrder));
      assert.deepEqual(shuffled.names(), inOrder.names());
    }),
    { numRuns: 300 },
  );
});

test("undos at any moment, and once more for what came late, leave nothing reserved, charged or on its way", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyOrder,
      anyChoices,
      fc.array(fc.constantFrom(...undos("early")), { maxLength: 4 }),
      async ({ event }, choices, early) => {
        const stage = createStage(services, [event]);
        await stage.play(choices.slice(0, choices.length / 2), { toTheEnd: false });
        for (const [at, undo] of early.entries()) stage.say({ ...undo, id: `${undo.id}-${at}` });
        await stage.play(choices.slice(choices.length / 2));
        for (const undo of undos("late")) stage.say(undo);
        await stage.play([]);
        const { stock, money, parcels } = bookOf(stage);
        assert.equal(stock.released, stock.reserved);
        assert.equal(money.refunded, money.captured);
        assert.equal(parcels.recalled, parcels.dispatched);
        assert.ok(stock.reserved <= 2 && Number(money.captured) <= 25 && parcels.dispatched <= 1, "each happened once at most");
      },
    ),
    { numRuns: 500 },
  );
});

test("an order with ordinary values is reserved, charged and shipped once, also when its payment is told twice", async () => {
  for (const card of [ORDINARY_CARD, "4000000000000408", "4000000000000341"]) {
    const stage = createStage(services, [orderPlaced({ card })]);
    await stage.play([]);
    assert.deepEqual(bookOf(stage), {
      stock: { reserved: 2, released: 0 },
      money: { captured: "25.00", refunded: "0.00" },
      parcels: { dispatched: 1, recalled: 0 },
    });
  }
});
