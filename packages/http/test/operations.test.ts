import assert from "node:assert/strict";
import { Agent, get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { createMetrics } from "@troupe/telemetry";
import { createApp } from "../src/app.ts";
import { openApiDocument, startHttp } from "../src/index.ts";
import { call, errorOf, getThings, keptLog, postOrder, withFace } from "./fixtures.ts";

test("a process that is alive but not ready says which conditions fail and why", async () => {
  const reasons = new Map<string, string>([["kafka", "no broker answers"]]);
  const check = (name: string) => ({
    name,
    check: () => {
      const reason = reasons.get(name);
      return reason === undefined ? ({ ready: true } as const) : ({ ready: false, reason } as const);
    },
  });
  await withFace({ readiness: [check("kafka"), check("mongo")] }, async ({ address }) => {
    assert.equal((await call(`${address}/healthz`)).status, 200);
    const notYet = await call(`${address}/readyz`);
    assert.equal(notYet.status, 503);
    assert.equal(errorOf(notYet).message, "Not ready: kafka: no broker answers.");
    assert.deepEqual(notYet.body["checks"], [
      { name: "kafka", ready: false, reason: "no broker answers" },
      { name: "mongo", ready: true },
    ]);
    reasons.clear();
    assert.deepEqual((await call(`${address}/readyz`)).body["ready"], true);
  });
});

test("a condition that throws is not met, and the others are still asked", async () => {
  const broken = {
    name: "kafka",
    check: () => {
      throw new Error("not connected yet");
    },
  };
  await withFace({ readiness: [broken, { name: "mongo", check: () => ({ ready: true }) }] }, async ({ address }) => {
    assert.equal(errorOf(await call(`${address}/readyz`)).message, "Not ready: kafka: not connected yet.");
  });
});

test("metrics are Prometheus text", async () => {
  const metrics = createMetrics({ process: false });
  metrics.published("orders", 3);
  await withFace({ metrics }, async ({ address }) => {
    const response = await fetch(`${address}/metrics`);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(await response.text(), /troupe_published_total\{group="orders"\} 3/);
  });
});

test("the index lists every address, the description too", async () => {
  await withFace({}, async ({ address }) => {
    const { body } = await call(`${address}/`);
    const paths = (body["routes"] as readonly { path: string }[]).map(({ path }) => path);
    assert.deepEqual(paths, ["/orders", "/things/{kind}/{id}", "/healthz", "/readyz", "/metrics", "/openapi.json"]);
  });
});

test("the description is OpenAPI 3.1, with paths in braces and the very schemas that validate", async () => {
  await withFace({}, async ({ address }) => {
    const { body } = await call(`${address}/openapi.json`);
    assert.equal(body["openapi"], "3.1.0");
    const paths = body["paths"] as { [path: string]: { [method: string]: { [part: string]: unknown } } };
    assert.deepEqual(paths["/orders"]?.["post"]?.["requestBody"], {
      required: true,
      content: { "application/json": { schema: JSON.parse(JSON.stringify(postOrder.body)) } },
    });
    const parameters = paths["/things/{kind}/{id}"]?.["get"]?.["parameters"] as readonly { name: string; in: string }[];
    assert.deepEqual(parameters.map(({ name, in: place }) => `${place} ${name}`).sort(), [
      "path id",
      "path kind",
      "query deep",
      "query limit",
    ]);
    assert.equal(paths["/openapi.json"], undefined);
  });
});

test("the description can be had without listening and is the same", async () => {
  const info = { title: "test", version: "1" };
  const document = await openApiDocument([postOrder, getThings], info);
  await withFace({ info }, async ({ address }) => {
    const { body } = await call(`${address}/openapi.json`);
    const paths = body["paths"] as { readonly [path: string]: unknown };
    assert.deepEqual(document["paths"], { "/orders": paths["/orders"], "/things/{kind}/{id}": paths["/things/{kind}/{id}"] });
  });
});

test("a port in use is named, and the failed start leaves nothing open", async () => {
  await withFace({}, async ({ port }) => {
    const second = startHttp({
      port,
      routes: [],
      readiness: [],
      metrics: createMetrics({ process: false }),
      log: keptLog().log,
      info: { title: "second", version: "1" },
    });
    await assert.rejects(second, { code: "PORT_IN_USE", message: `Port ${port} on 127.0.0.1 is in use.` });
  });
});

test("an address that this machine does not have is refused with what was given", async () => {
  await assert.rejects(
    withFace({ host: "192.0.2.1" }, async () => {}),
    { code: "CONFIG_INVALID", message: /Setting TROUPE_HOST:TROUPE_PORT is `192\.0\.2\.1:0`/ },
  );
});

/** A route that waits until it is let go. */
function held(): { readonly route: typeof getThings; entered: Promise<void>; release(): void } {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const route = {
    ...getThings,
    path: "/held",
    handle: async () => {
      entered.resolve();
      await gate.promise;
      return { status: 200, body: { finished: true } };
    },
  };
  return { route, entered: entered.promise, release: gate.resolve };
}

const listening = (route: typeof getThings, closeMillis: number) =>
  startHttp({
    port: 0,
    routes: [route],
    readiness: [],
    metrics: createMetrics({ process: false }),
    log: keptLog().log,
    info: { title: "t", version: "1" },
    closeMillis,
  });

test("closing lets a request in flight finish, ends its kept connection and takes no new one", async () => {
  const { route, entered, release } = held();
  const face = await listening(route, 5000);
  const agent = new Agent({ keepAlive: true });
  const response = new Promise<IncomingMessage>((resolve, reject) => get(`${face.address}/held`, { agent }, resolve).on("error", reject));
  await entered;
  const closed = face.close();
  await assert.rejects(fetch(`${face.address}/held`));
  release();
  const answer = await response;
  assert.equal(answer.statusCode, 200);
  answer.resume();
  const began = performance.now();
  await closed;
  assert.ok(performance.now() - began < 2000, "the kept connection held the process up");
  agent.destroy();
});

test("a request that never finishes does not hold the process for longer than it may", async () => {
  const { route, entered, release } = held();
  const face = await listening(route, 100);
  const cut = assert.rejects(fetch(`${face.address}/held`));
  await entered;
  await face.close();
  await cut;
  release();
});

test("while the process stops, a request that still comes in is told so in the form of every other error", async () => {
  const app = await createApp({
    routes: [getThings],
    info: { title: "t", version: "1" },
    log: keptLog().log,
    bodyLimitBytes: 10,
    closing: () => true,
  });
  const answer = await app.inject("/things/a/b");
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers["connection"], "close");
  assert.equal(answer.json().error.message, "Not ready: the process is stopping.");
  await app.close();
});
