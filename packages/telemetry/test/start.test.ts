import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createLog, startTelemetry } from "../src/index.ts";
import { envelope, ORIGIN, realClock, seeded } from "./fixtures.ts";

/** A collector that answers OTLP and keeps the bodies. */
async function collector(): Promise<{ endpoint: string; bodies: Buffer[]; paths: string[]; close(): Promise<void> }> {
  const bodies: Buffer[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      paths.push(request.url ?? "");
      response.setHeader("content-type", "application/x-protobuf").end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bodies,
    paths,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function lines(): { log: ReturnType<typeof createLog>; written: string[] } {
  const written: string[] = [];
  return { log: createLog({ level: "debug", format: "json", destination: { write: (line) => written.push(line) } }), written };
}

test("without an endpoint nothing is recorded and stopping costs nothing", async () => {
  const telemetry = await startTelemetry({ random: seeded(1), clock: realClock, log: lines().log });
  assert.equal(telemetry.tracing("orders").recording, false);
  await telemetry.shutdown();
});

test("roles of one process reach the collector under their own names, at the latest at shutdown", async () => {
  const { endpoint, bodies, paths, close } = await collector();
  const telemetry = await startTelemetry({ endpoint, random: seeded(1), clock: realClock, log: lines().log });
  for (const role of ["orders", "payments"]) telemetry.tracing(role).consume(ORIGIN, envelope()).end();
  assert.equal(telemetry.tracing("orders"), telemetry.tracing("orders"));
  await telemetry.shutdown();
  await close();
  assert.deepEqual([...new Set(paths)], ["/v1/traces"]);
  const sent = Buffer.concat(bodies).toString("latin1");
  for (const text of ["service.name", "orders", "payments", "process OrderPlaced"]) assert.ok(sent.includes(text), text);
});

test("an endpoint that does not answer costs one warning without a stack, and stopping stays bounded", async () => {
  const { endpoint, close } = await collector();
  await close();
  const { log, written } = lines();
  const telemetry = await startTelemetry({ endpoint, random: seeded(1), clock: realClock, log, scheduleDelayMillis: 1, flushMillis: 300 });
  const tracing = telemetry.tracing("orders");
  tracing.consume(ORIGIN, envelope()).end();
  const began = performance.now();
  await telemetry.shutdown();
  assert.ok(performance.now() - began < 2000);
  for (let waited = 0; written.length === 0 && waited < 10_000; waited += 20) await realClock.sleep(20);
  assert.equal(written.length, 1);
  assert.match(written[0] ?? "", /"level":"warn".*traces can't be exported/);
  assert.doesNotMatch(written[0] ?? "", /at .*\.m?js/);
});

test("an endpoint that is no HTTP address is refused with the value and an example", async () => {
  const start = startTelemetry({ endpoint: "jaeger:4318", random: seeded(1), clock: realClock, log: lines().log });
  await assert.rejects(start, /`jaeger:4318`; allowed is an address such as http:\/\/127\.0\.0\.1:4318/);
});
