import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type CompensatedTrace, LAST, tracedPlatform, traceOfRefusedOrder } from "../support/compensated-trace.ts";
import { chainTo, rootsOf, titleOf, treeOf } from "../support/trace.ts";
import { fileScope } from "../support/troupe.ts";

/** From the customer's request to the last thing undone: each is the cause of the next. */
const CHAIN = [
  "orders: POST /orders",
  "orders: publish OrderPlaced",
  "inventory: process OrderPlaced",
  "inventory: publish StockReserved",
  "payments: process StockReserved",
  "payments: publish PaymentCaptured",
  "shipping: process PaymentCaptured",
  "shipping: publish ShipmentRefused",
  "saga-coordinator: process ShipmentRefused",
  "saga-coordinator: publish RefundRequested",
  "payments: process RefundRequested",
  "payments: publish PaymentRefunded",
  "saga-coordinator: process PaymentRefunded",
  "saga-coordinator: publish StockReleaseRequested",
  "inventory: process StockReleaseRequested",
  "inventory: publish StockReleased",
  "saga-coordinator: process StockReleased",
  LAST,
];
/** Names of kinds as OTLP numbers them. */
const KINDS: { readonly [verb: string]: number } = { POST: 2, publish: 4, process: 5 };
const atPorts = (title: string): boolean => Object.keys(KINDS).some((verb) => title.includes(`: ${verb} `));

const scope = fileScope();
let trace: CompensatedTrace;
before(async () => {
  const address = await tracedPlatform(scope);
  // Payments acts on whichever of its two events comes second; the order that shows the whole way is one where the stock did.
  for (let attempt = 1; attempt <= 5; attempt++) {
    trace = await traceOfRefusedOrder(address);
    if (chainTo(trace.spans, LAST).some((span) => titleOf(span) === "inventory: publish StockReserved")) break;
  }
});

describe("the trace of a compensated order, across five processes", () => {
  test("leads from the request over the four services and the coordinator to each compensation, latest first", () => {
    const chain = chainTo(trace.spans, LAST).map(titleOf).filter(atPorts);
    assert.deepEqual(chain, CHAIN, treeOf(trace.spans));
  });

  test("is one trace: the caller's id, one beginning under the caller's span, no span without its parent", () => {
    assert.deepEqual([...new Set(trace.spans.map(({ traceId }) => traceId))], [trace.traceId]);
    assert.deepEqual(
      rootsOf(trace.spans).map((root) => [titleOf(root), root.parentSpanId]),
      [["orders: POST /orders", trace.callerSpanId]],
    );
    const readers = trace.spans.filter(({ name }) => name === "process OrderPlaced").map(({ service }) => service);
    assert.deepEqual(readers.toSorted(), ["inventory", "orders", "payments", "saga-coordinator", "shipping"]);
  });

  test("says of each span what it is: a request, a message sent or a message processed, begun after its cause", () => {
    const byId = new Map(trace.spans.map((span) => [span.spanId, span]));
    for (const span of trace.spans) {
      const verb = span.name.split(" ")[0] ?? "";
      assert.equal(span.kind, KINDS[verb] ?? 1, titleOf(span));
      const cause = byId.get(span.parentSpanId ?? "");
      if (cause === undefined || cause.service !== span.service) continue; // clocks of two processes may differ
      assert.ok(BigInt(span.startTimeUnixNano) >= BigInt(cause.startTimeUnixNano), `${titleOf(span)} began before ${titleOf(cause)}`);
    }
  });
});
