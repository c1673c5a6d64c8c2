import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTraceparent, passThroughTracing, randomTraceparent } from "../src/index.ts";
import { envelope, ORIGIN, seeded } from "./fixtures.ts";

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("without an SDK every face passes the incoming context on unchanged", () => {
  const tracing = passThroughTracing(seeded(1));
  const incoming = { traceparent: CALLER, tracestate: "congo=1" };
  const message = { id: "m", type: "a.B" };
  const outgoing = [
    tracing.consume(ORIGIN, envelope(incoming)).produce(message, "t"),
    tracing.serverRequest("POST", "/orders", incoming).produce(message, "t"),
    tracing.timer({ name: "t", from: incoming, waitedMillis: 1 }).produce(message, "t"),
    tracing.produce(incoming, message, "t"),
    tracing.consume(ORIGIN, envelope(incoming)).handler("h").headers,
  ];
  for (const { traceparent, tracestate } of outgoing) assert.deepEqual({ traceparent, tracestate }, incoming);
});

test("an origin without context makes a valid one that says it was not sampled, and keeps it for all it emits", () => {
  const span = passThroughTracing(seeded(7)).consume(ORIGIN, envelope());
  const first = span.produce({ id: "m", type: "a.B" }, "t");
  assert.equal(parseTraceparent(first.traceparent)?.sampled, false);
  assert.equal(span.produce({ id: "n", type: "a.C" }, "t").traceparent, first.traceparent);
});

test("a broken context is replaced together with its tracestate", () => {
  const { headers } = passThroughTracing(seeded(7)).serverRequest("GET", "/", { traceparent: "00-zz", tracestate: "congo=1" });
  assert.notEqual(parseTraceparent(headers.traceparent), undefined);
  assert.equal(headers.tracestate, undefined);
});

test("ids of zeros, version ff and trailing fields of version 00 are not valid", () => {
  const zeros = "0".repeat(32);
  assert.equal(parseTraceparent(`00-${zeros}-b7ad6b7169203331-01`), undefined);
  assert.equal(parseTraceparent(`00-0af7651916cd43dd8448eb211c80319c-${"0".repeat(16)}-01`), undefined);
  assert.equal(parseTraceparent(CALLER.replace(/^00/, "ff")), undefined);
  assert.equal(parseTraceparent(`${CALLER}-more`), undefined);
  assert.equal(parseTraceparent(CALLER.toUpperCase()), undefined);
});

test("a later version is read by its known fields", () => {
  assert.deepEqual(parseTraceparent(`${CALLER.replace(/^00/, "01")}-more`), {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    sampled: true,
  });
});

test("a source of randomness that only gives zero still makes a valid context", () => {
  assert.notEqual(parseTraceparent(randomTraceparent({ next: () => 0 })), undefined);
});
