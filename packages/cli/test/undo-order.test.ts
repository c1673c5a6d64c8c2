import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrderEvidence, Sighting } from "../src/audit/findings.ts";
import { undoOrderFindings } from "../src/audit/undo-order.ts";

/** An order whose saga folded these facts in this order; `requests`: undos with the fact that each names as its cause. */
function orderOf(facts: readonly string[], requests: { readonly [undo: string]: string }): OrderEvidence {
  const kindOf = (name: string): string => (name.includes(":") ? "timer" : "event");
  const history = facts.map((name) => ({ kind: kindOf(name), identity: `identity of ${name}`, name }));
  const sighting = (name: string, cause?: string): Sighting => ({
    name,
    id: name,
    identity: `identity of ${name}`,
    cause,
    thing: undefined,
  });
  const causeOf = (name: string): string => (kindOf(name) === "timer" ? `identity of ${name}` : name);
  const sightings = [
    ...facts.filter((name) => kindOf(name) === "event").map((name) => sighting(name)),
    ...Object.entries(requests).map(([undo, cause]) => sighting(undo, causeOf(cause))),
  ];
  const saga = { status: "compensated", stuck: false, cause: undefined, history, folded: undefined, unsent: 0 };
  const trail = { placed: undefined, repeats: 0, sightings };
  return { order: "o", accepted: true, trail, saga, memory: undefined, books: {} };
}

const found = (facts: readonly string[], requests: { readonly [undo: string]: string }): readonly string[] =>
  undoOrderFindings(orderOf(facts, requests)).map(({ text }) => text);

describe("rule 3, as the auditor reads it", () => {
  test("latest first is in order", () => {
    const facts = ["OrderPlaced", "StockReserved", "PaymentCaptured", "ShipmentRefused", "PaymentRefunded", "StockReleased"];
    assert.deepEqual(found(facts, { RefundRequested: "ShipmentRefused", StockReleaseRequested: "PaymentRefunded" }), []);
  });

  test("a step is not undone before one that depends on it and is done", () => {
    const facts = ["OrderPlaced", "StockReserved", "PaymentCaptured", "ShipmentRefused", "StockReleased", "PaymentRefunded"];
    const requests = { RefundRequested: "ShipmentRefused", StockReleaseRequested: "ShipmentRefused" };
    assert.deepEqual(found(facts, requests), [
      "StockReleaseRequested StockReleaseRequested was sent while chargePayment was not undone yet",
    ]);
  });

  test("nor before one that is open without an answer", () => {
    const facts = ["OrderPlaced", "StockReserved", "timeout:chargePayment", "StockReleased"];
    const requests = { StockReleaseRequested: "timeout:chargePayment" };
    assert.deepEqual(found(facts, requests), [
      "StockReleaseRequested StockReleaseRequested was sent while chargePayment was not undone yet",
    ]);
  });

  test("one that promised to have no effect holds nobody up", () => {
    assert.deepEqual(found(["OrderPlaced", "StockReserved", "PaymentDeclined"], { StockReleaseRequested: "PaymentDeclined" }), []);
  });

  test("a late success is undone after what it depends on, because nobody knew of it", () => {
    const facts = ["ShipmentRefused", "StockReserved", "OrderPlaced", "PaymentCaptured", "StockReleased", "PaymentRefunded"];
    assert.deepEqual(found(facts, { StockReleaseRequested: "OrderPlaced", RefundRequested: "StockReleased" }), []);
  });

  test("one that came before the start is known when the saga starts, and is undone first", () => {
    const facts = ["ShipmentRefused", "StockReserved", "PaymentCaptured", "OrderPlaced", "StockReleased", "PaymentRefunded"];
    const requests = { StockReleaseRequested: "OrderPlaced", RefundRequested: "StockReleased" };
    assert.deepEqual(found(facts, requests), [
      "StockReleaseRequested StockReleaseRequested was sent while chargePayment was not undone yet",
    ]);
  });

  test("an undo that names a cause which the saga has never folded is found", () => {
    const texts = found(["OrderPlaced", "StockReserved"], { StockReleaseRequested: "PaymentDeclined" });
    assert.deepEqual(texts, ["StockReleaseRequested StockReleaseRequested names PaymentDeclined, which the saga has never folded"]);
  });
});
