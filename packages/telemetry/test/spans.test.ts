import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { fromHeaders, TroupeError, toHeaders } from "@troupe/kernel";
import { ATTRIBUTE, parseTraceparent } from "../src/index.ts";
import { envelope, ORIGIN, recorded } from "./fixtures.ts";

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("the chain request → publish → process → publish → process holds over headers alone", () => {
  const { tracing, exporter } = recorded();
  const request = tracing.serverRequest("POST", "/orders", { traceparent: CALLER });
  const placed = request.produce({ id: "m-1", type: "shop.orders.OrderPlaced", correlationId: "o-1" }, "orders");
  placed.end();
  request.end();
  const onWire = toHeaders(envelope({ traceparent: placed.traceparent }));
  const inventory = tracing.consume(ORIGIN, envelope(fromHeaders(onWire)));
  const reserved = inventory.produce({ id: "m-2", type: "shop.inventory.StockReserved" }, "inventory");
  inventory.end();
  reserved.end();
  const payments = tracing.consume({ ...ORIGIN, topic: "inventory" }, envelope({ id: "m-2", traceparent: reserved.traceparent }));
  payments.end();

  const spans = exporter.getFinishedSpans();
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const last = spans.at(-1);
  const names: string[] = [];
  for (let span = last; span !== undefined; span = byId.get(span.parentSpanContext?.spanId ?? "")) names.push(span.name);
  assert.deepEqual(names, ["process OrderPlaced", "publish StockReserved", "process OrderPlaced", "publish OrderPlaced", "POST /orders"]);
  assert.equal(byId.get(parseTraceparent(placed.traceparent)?.spanId ?? "")?.kind, SpanKind.PRODUCER);
  assert.ok(spans.every((span) => span.spanContext().traceId === "0af7651916cd43dd8448eb211c80319c"));
});

test("a consumer span says which message of which saga it was, and where it stood in the log", () => {
  const { tracing, exporter } = recorded();
  tracing.consume(ORIGIN, envelope({ causationId: "m-0", effect: "e-1", traceparent: CALLER })).end();
  const [span] = exporter.getFinishedSpans();
  assert.equal(span?.kind, SpanKind.CONSUMER);
  assert.deepEqual(
    { ...span?.attributes },
    {
      [ATTRIBUTE.operation]: "process",
      [ATTRIBUTE.topic]: "orders",
      [ATTRIBUTE.partition]: "3",
      [ATTRIBUTE.offset]: 17,
      [ATTRIBUTE.messageId]: "m-1",
      [ATTRIBUTE.correlationId]: "o-1",
      [ATTRIBUTE.causationId]: "m-0",
      [ATTRIBUTE.effect]: "e-1",
      [ATTRIBUTE.tenant]: "default",
    },
  );
});

test("a handler runs inside the consumer span and carries saga, saga id and step", () => {
  const { tracing, exporter } = recorded();
  const span = tracing.consume(ORIGIN, envelope());
  span.handler("react", { [ATTRIBUTE.saga]: "orderFulfilment", [ATTRIBUTE.sagaId]: "o-1", [ATTRIBUTE.step]: undefined }).end();
  span.end();
  const [handler, consumer] = exporter.getFinishedSpans();
  assert.equal(handler?.parentSpanContext?.spanId, consumer?.spanContext().spanId);
  assert.deepEqual({ ...handler?.attributes }, { [ATTRIBUTE.saga]: "orderFulfilment", [ATTRIBUTE.sagaId]: "o-1" });
});

test("a redelivery links to the message and has no parent, so the link can't hide one", () => {
  const { tracing, exporter } = recorded();
  tracing.consume(ORIGIN, envelope({ traceparent: CALLER }), { redelivered: true }).end();
  const [span] = exporter.getFinishedSpans();
  assert.equal(span?.parentSpanContext, undefined);
  assert.equal(span?.links[0]?.context.spanId, "b7ad6b7169203331");
  assert.equal(span?.attributes[ATTRIBUTE.redelivered], true);
});

test("a first delivery has no link at all", () => {
  const { tracing, exporter } = recorded();
  tracing.consume(ORIGIN, envelope({ traceparent: CALLER })).end();
  assert.deepEqual(exporter.getFinishedSpans()[0]?.links, []);
});

test("work lost to a conflict leaves nothing behind, not even what it would have published", () => {
  const { tracing, exporter } = recorded();
  const lost = tracing.consume(ORIGIN, envelope({ traceparent: CALLER }));
  const handler = lost.handler("react");
  const produced = lost.produce({ id: "m-2", type: "shop.inventory.StockReserved" }, "inventory");
  lost.discard();
  produced.end();
  handler.end();
  assert.deepEqual(exporter.getFinishedSpans(), []);
});

test("work done again after a lost race leaves the span and what the second try published, with parents", () => {
  const { tracing, exporter } = recorded();
  const work = tracing.consume(ORIGIN, envelope({ traceparent: CALLER }));
  const first = work.produce({ id: "m-2", type: "shop.inventory.StockRefused" }, "inventory");
  work.discard();
  const second = work.produce({ id: "m-3", type: "shop.inventory.StockReserved" }, "inventory");
  for (const produced of [first, second]) produced.end();
  work.end();
  const [published, consumed] = exporter.getFinishedSpans();
  assert.equal(exporter.getFinishedSpans().length, 2);
  assert.equal(published?.name, "publish StockReserved");
  assert.equal(published?.parentSpanContext?.spanId, consumed?.spanContext().spanId);
});

test("a timer continues the trace that the saga stored; after more than an hour it links to it instead", () => {
  const { tracing, exporter } = recorded();
  tracing.timer({ name: "payment", from: { traceparent: CALLER }, waitedMillis: 3_600_000 }).end();
  tracing.timer({ name: "payment", from: { traceparent: CALLER }, waitedMillis: 3_600_001 }).end();
  tracing.timer({ name: "payment", from: undefined, waitedMillis: 5 }).end();
  const [short, long, none] = exporter.getFinishedSpans();
  assert.equal(short?.parentSpanContext?.spanId, "b7ad6b7169203331");
  assert.deepEqual(short?.links, []);
  assert.equal(long?.parentSpanContext, undefined);
  assert.equal(long?.links[0]?.context.spanId, "b7ad6b7169203331");
  assert.equal(none?.parentSpanContext, undefined);
});

test("a failure stands on the span with its code", () => {
  const { tracing, exporter } = recorded();
  tracing.consume(ORIGIN, envelope()).end(new TroupeError("BUS_UNREACHABLE", { address: "a:1", reason: "refused" }));
  const [span] = exporter.getFinishedSpans();
  assert.equal(span?.status.code, SpanStatusCode.ERROR);
  assert.equal(span?.attributes[ATTRIBUTE.errorType], "BUS_UNREACHABLE");
});

test("tracestate of another vendor travels on through our spans", () => {
  const { tracing } = recorded();
  const span = tracing.consume(ORIGIN, envelope({ traceparent: CALLER, tracestate: "congo=t61rcWkgMzE" }));
  assert.equal(span.produce({ id: "m", type: "a.B" }, "t").tracestate, "congo=t61rcWkgMzE");
});

test("a caller that was not sampled is not recorded, and its trace id is kept", () => {
  const { tracing, exporter } = recorded();
  const span = tracing.consume(ORIGIN, envelope({ traceparent: CALLER.replace(/01$/, "00") }));
  const produced = span.produce({ id: "m", type: "a.B" }, "t");
  produced.end();
  span.end();
  assert.deepEqual(exporter.getFinishedSpans(), []);
  assert.match(produced.traceparent, /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
});

test("a broken traceparent starts a new trace instead of failing the message", () => {
  const { tracing, exporter } = recorded();
  tracing.consume(ORIGIN, envelope({ traceparent: "garbage" })).end();
  assert.equal(exporter.getFinishedSpans()[0]?.parentSpanContext, undefined);
});
