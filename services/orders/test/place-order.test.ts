import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type JsonObject, TroupeError } from "@troupe/kernel";
import { orders } from "@troupe/orders";
import { Value } from "typebox/value";
import { NOW, uuid } from "../../choreography/test/service-spec.ts";

const [start] = orders.http ?? [];
assert.ok(start);
const context = { now: NOW, id: (label: string) => uuid("request", label) };
const line = { sku: "TEA-1", quantity: 2, unitPrice: "12.5" };
const body: JsonObject = {
  customerId: "c-1",
  customer: { name: "Ada Lovelace", email: "ada@example.org" },
  lines: [line],
  currency: "EUR",
  card: "4242424242424242",
  shipTo: { recipient: "Ada Lovelace", street: "Main Street 1", postalCode: "10115", city: "Berlin", country: "DE" },
};
const accepts = (candidate: Json) => Value.Check(start.body, candidate);

/** Payload of the one event, as its fields. */
function placed(candidate: JsonObject): JsonObject {
  assert.ok(accepts(candidate), "the body is valid");
  const { publish } = start?.decide(candidate, context) ?? {};
  assert.equal(publish?.name, "OrderPlaced");
  return publish?.payload as unknown as JsonObject; // OrderPlaced has no long
}

test("an order that leaves out what has a default is placed on the web without a note", () => {
  const { channel, note, placedAt, currency } = placed(body);
  assert.deepEqual({ channel, note, placedAt, currency }, { channel: "WEB", note: null, placedAt: NOW, currency: "EUR" });
});

test("the same request makes the same order, and its answer says where to look", () => {
  const { publish, answer, location } = start.decide(body, context);
  const orderId = uuid("request", "order");
  assert.deepEqual(answer, { orderId, saga: `/v1/sagas/orderFulfilment/${orderId}` });
  assert.equal(location, `/v1/sagas/orderFulfilment/${orderId}`);
  assert.equal(publish.payload.orderId, orderId);
  assert.ok(Value.Check(start.accepted, answer));
});

test("a caller's own id is the order's id, in the lower case of the event", () => {
  const own = "6F1C0E9A-58D4-4C3B-9B1E-0A4C1D2E3F40";
  assert.equal(placed({ ...body, orderId: own })["orderId"], own.toLowerCase());
  assert.equal(start.businessId?.({ ...body, orderId: own }), own.toLowerCase());
  assert.equal(start.businessId?.(body), undefined);
});

test("prices are summed exactly, where floating point would lose a cent", () => {
  const lines = [
    { sku: "A", quantity: 3, unitPrice: "0.10" },
    { sku: "B", quantity: 10_000, unitPrice: "999999.99" },
    { sku: "C", quantity: 1, unitPrice: "7" },
  ];
  const order = placed({ ...body, lines });
  assert.equal(order["total"], "9999999907.30");
  assert.deepEqual((order["lines"] as JsonObject[])[2], { sku: "C", quantity: 1, unitPrice: "7.00" }); // lines are objects
});

test("the largest total is taken, one cent more is refused with both figures", () => {
  const largest = { sku: "GOLD", quantity: 1, unitPrice: "9999999999.99" };
  assert.equal(placed({ ...body, lines: [largest] })["total"], "9999999999.99");
  const tooMuch = { ...body, lines: [largest, { sku: "TEA-1", quantity: 1, unitPrice: "0.01" }] };
  assert.ok(accepts(tooMuch));
  assert.throws(
    () => start.decide(tooMuch, context),
    (error) => error instanceof TroupeError && error.code === "REQUEST_INVALID" && /10000000000\.00.*9999999999\.99/.test(error.message),
  );
});

const without = (name: string): JsonObject => Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
const withLine = (changes: JsonObject): JsonObject => ({ ...body, lines: [{ ...line, ...changes }] });
const REFUSED: { readonly [why: string]: JsonObject } = {
  "an unknown field": { ...body, colour: "red" },
  "an unknown field in a line": withLine({ colour: "red" }),
  "no lines": { ...body, lines: [] },
  "more than a hundred lines": { ...body, lines: Array.from({ length: 101 }, () => line) },
  "no pieces": withLine({ quantity: 0 }),
  "half a piece": withLine({ quantity: 1.5 }),
  "more than ten thousand pieces": withLine({ quantity: 10_001 }),
  "a price as a number": withLine({ unitPrice: 12.5 }),
  "a price with three digits after the point": withLine({ unitPrice: "1.005" }),
  "a negative price": withLine({ unitPrice: "-1.00" }),
  "a price larger than the event takes": withLine({ unitPrice: "10000000000.00" }),
  "a currency that the shop does not take": { ...body, currency: "CHF" },
  "an unknown channel": { ...body, channel: "FAX" },
  "a card with letters": { ...body, card: "4242-4242-4242" },
  "an order id that is no UUID": { ...body, orderId: "42" },
  "a country in small letters": { ...body, shipTo: { ...(body["shipTo"] as JsonObject), country: "de" } }, // set above
  "a note longer than a page": { ...body, note: "x".repeat(1001) },
  "no card": without("card"),
  "no address": without("shipTo"),
  "no customer": without("customer"),
};
for (const [why, candidate] of Object.entries(REFUSED)) {
  test(`the schema refuses ${why}`, () => {
    assert.ok(accepts(body));
    assert.equal(accepts(candidate), false);
  });
}
