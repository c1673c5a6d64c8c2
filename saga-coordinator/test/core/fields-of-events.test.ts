import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOfEvents } from "../../src/core/definition/fields-of-events.ts";
import { parseDefinition } from "../../src/reading/index.ts";
import { corpusEvents } from "../corpus/events.ts";

const TEXT = `
saga: reads
start: { on: OrderPlaced, if: event.weight < 30.0 }
deadline: 7d
search: { customer: start.customerId }
result: { tracking: steps.ship.trackingNumber }
steps:
  pick:
    forEach: start.lines
    as: line
    key: line.sku
    answerKey: event.sku
    command: { emit: PickRequested, with: { orderId: saga.id, sku: line.sku, quantity: line.quantity } }
    done: Picked
    timeout: 1m
    compensate: { none: picked things can be put back }
  ship:
    after: [pick]
    command: { emit: ShipmentRequested, with: { orderId: saga.id, priority: 'start.lines.exists(one, one.price > 100) ? 1 : 2', carrier: '"POST"' } }
    done: ShipmentDispatched
    failed: ShipmentRefused
    timeout: 1m
    compensate: { none: parcels come back }
  settle:
    after: [ship]
    done: { on: PaymentAnswered, if: 'event.accepted && has(event.paymentId)' }
    timeout: 1m
    compensate: { none: read only }
`;

test("the fields that a definition reads are those of its guards, mappings, keys, results and correlations, down to parts of list elements", () => {
  const { definition, problems } = parseDefinition(TEXT, { file: "reads.saga.yaml", events: corpusEvents });
  assert.ok(definition, problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  assert.deepEqual(fieldsOfEvents(definition, { events: corpusEvents }), [
    { event: "OrderPlaced", fields: ["customerId", "lines[].price", "lines[].quantity", "lines[].sku", "orderId", "weight"] },
    { event: "PaymentAnswered", fields: ["accepted", "orderId", "paymentId"] },
    { event: "Picked", fields: ["orderId", "sku"] },
    { event: "ShipmentDispatched", fields: ["orderId", "trackingNumber"] },
    { event: "ShipmentRefused", fields: ["orderId"] },
  ]);
});

test("an event that is read as a whole is marked so", () => {
  const text = TEXT.replace("start.customerId", '\'start == start ? "same" : "other"\'');
  const { definition } = parseDefinition(text, { file: "reads.saga.yaml", events: corpusEvents });
  assert.ok(definition);
  assert.ok(
    fieldsOfEvents(definition)
      .find(({ event }) => event === "OrderPlaced")
      ?.fields.includes("*"),
  );
});
