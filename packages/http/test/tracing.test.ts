import assert from "node:assert/strict";
import { test } from "node:test";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { TroupeError } from "@troupe/kernel";
import { ATTRIBUTE, createTracing, type Tracing } from "@troupe/telemetry";
import { call, getThings, withFace } from "./fixtures.ts";

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

function recorded(): { readonly tracing: Tracing; readonly exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { tracing: createTracing({ provider, random: { next: () => 0.5 } }), exporter };
}

test("what a handler publishes is a child of the request, which is a child of its caller", async () => {
  const { tracing, exporter } = recorded();
  const route = {
    ...getThings,
    handle: async ({ headers }: Parameters<typeof getThings.handle>[0]) => {
      const { traceparent, end } = tracing.produce(headers, { id: "m-1", type: "shop.orders.OrderPlaced" }, "orders");
      end();
      return { status: 200, body: { traceparent } };
    },
  };
  await withFace({ routes: [route], tracing }, async ({ address }) => {
    await call(`${address}/things/a/b`, { headers: { traceparent: CALLER } });
  });
  const [publish, request] = exporter.getFinishedSpans();
  assert.equal(request?.name, "GET /things/{kind}/{id}");
  assert.equal(request?.parentSpanContext?.spanId, "b7ad6b7169203331");
  assert.equal(request?.attributes[ATTRIBUTE.httpStatus], 200);
  assert.equal(publish?.name, "publish OrderPlaced");
  assert.equal(publish?.parentSpanContext?.spanId, request?.spanContext().spanId);
});

test("a refused request is no error of the server's span, a failed one is", async () => {
  const { tracing, exporter } = recorded();
  const failing = (path: string, error: Error) => ({ ...getThings, path, handle: async () => Promise.reject(error) });
  const routes = [failing("/refused", new TroupeError("SAGA_UNKNOWN", { definition: "d", id: "1" })), failing("/bug", new Error("x"))];
  await withFace({ routes, tracing }, async ({ address }) => {
    await call(`${address}/refused`);
    await call(`${address}/bug`);
  });
  const found = exporter.getFinishedSpans().map((span) => [span.attributes[ATTRIBUTE.httpStatus], span.status.code]);
  assert.deepEqual(found, [
    [404, 0],
    [500, 2],
  ]);
});
