import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { openEmbedded } from "@troupe/embedded";
import { createIds, type Json, type Log } from "@troupe/kernel";
import { audit } from "../src/audit/audit.ts";
import { systemRandom as random, systemClock } from "../src/system-clock.ts";

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => log };
const clock = systemClock();
const ids = createIds((data) => createHash("sha256").update(data).digest());

test("a stranger's order on the log does not cover for one that was accepted and is lost", async (t) => {
  const { bus, store, close } = openEmbedded({ file: ":memory:", clock, random, log });
  t.after(close);
  const schemas = loadSchemas(fileURLToPath(new URL("../../../schemas", import.meta.url)));
  const codec = createCodec({ schemas, registry: await fileRegistry({ schemas, storage: store.settings }), ids });
  await codec.register();
  await bus.admin.ensureTopics(["orders", "inventory", "payments", "shipping"].map((topic) => ({ topic, partitions: 1 })));
  const put = (owner: string, definition: string, { key, state }: { key: string; state: Json }) => {
    const body = { definition, status: "completed", state, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 };
    const write = { id: `default/${definition}/${key}`, expected: 0, w: "w", shard: 0, body, history: [], outbox: {}, nextSeq: 1 };
    return store.documents(owner).commit([write]);
  };
  const [accepted, stranger] = [randomUUID(), randomUUID()];
  await put("orders", "ordersRequests", { key: "request", state: { answer: { orderId: accepted } } });
  await put("saga-coordinator", "orderFulfilment", { key: stranger, state: {} });
  const order = { orderId: stranger, customerId: "c", customer: { name: "n", email: "e" }, placedAt: 1, lines: [], total: "0.00" };
  const rest = { currency: "EUR", channel: "WEB", card: "4242", note: null };
  const shipTo = { recipient: "r", street: "s", postalCode: "1", city: "c", country: "DE" };
  const envelope = { id: "1", type: "shop.orders.OrderPlaced", source: "/strangers", time: clock.now(), tenant: "default" };
  await bus.publish([codec.encode({ envelope, payload: codec.fromJson("OrderPlaced", { ...order, ...rest, shipTo }) })]);
  const sagaFacts = () => ({ status: "completed", stuck: false, cause: undefined });
  const report = await audit({ bus, store, codec, sagaFacts, group: "auditor" });
  const text = "the customer was told that it is accepted, but OrderPlaced is not on the log";
  assert.deepEqual([report.orders, report.completed], [2, 1]);
  assert.ok(report.findings.some(({ kind, order, text: found }) => kind === "lost" && order === accepted && found === text));
});
