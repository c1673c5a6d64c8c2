import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProblem } from "../../src/core/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";

const child = (correlate: string) => `
saga: delivery
correlate: { default: ${correlate} }
start: { on: DeliveryStarted }
deadline: 1h
steps:
  carry: { done: Carried, compensate: { emit: Return, with: { id: saga.id }, done: Returned } }
`;
const parent = (id: string) => `
saga: load
start: { on: LoadStarted }
deadline: 2h
correlate: { default: event.id }
steps:
  deliver: { forEach: start.lines, as: line, key: line.sku, saga: delivery, with: { id: ${id}, note: saga.id }, timeout: 1h }
`;

function problemsOf(id: string, correlate = "event.id"): readonly string[] {
  const sagas = [parseDefinition(child(correlate), { file: "delivery.saga.yaml" }).definition].filter((saga) => saga !== undefined);
  assert.equal(sagas.length, 1);
  return parseDefinition(parent(id), { file: "load.saga.yaml", sagas }).problems.map(formatProblem);
}

test("elements of a fan-out can't all start the same sub-saga", () => {
  assert.deepEqual(problemsOf("saga.id"), [
    "load.saga.yaml:7:89 fan-out-unkeyed `saga.id` does not read `line`, so all elements start the same sub-saga; allowed is CEL that differs by element",
  ]);
});

test("an id that reads the element, or that the child computes by itself, is left alone", () => {
  assert.deepEqual(problemsOf("line.sku"), []);
  assert.deepEqual(problemsOf("saga.id", "event.id + event.note"), []);
});
