import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { before, describe, test } from "node:test";
import { decoded, encoded, reader, type Seen, write } from "../support/foreign-client.ts";
import { foreignOrder } from "../support/foreign-order.ts";
import { ask } from "../support/http.ts";
import { counter } from "../support/metrics.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { allSagas, endedSaga, stepOf } from "../support/sagas.ts";
import { NATIVE } from "../support/servers.ts";
import { fileScope } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const scope = fileScope();
const SUBJECT = "shop.orders.OrderPlaced";
let at = "";
before(async () => {
  ({ at } = await roleProcess(scope, ALL_ROLES, { place: NATIVE }));
});

/** The headers that the wire contract asks for. */
const headersOf = (id: string, orderId: string, traceId: string) => ({
  ce_specversion: "1.0",
  ce_id: id,
  ce_type: SUBJECT,
  ce_source: "/shops/legacy",
  ce_time: new Date().toISOString(),
  ce_correlationid: orderId,
  traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
  "content-type": "application/avro",
});

describe("a producer without our SDK", { concurrency: true }, () => {
  test("starts a saga that completes, and a consumer without our SDK reads its events with the registry alone", async (t) => {
    const [orderId, id, traceId] = [randomUUID(), randomUUID(), randomBytes(16).toString("hex")];
    const { seen } = await reader(t, ["orders", "inventory"], orderId);
    const value = await encoded(SUBJECT, foreignOrder(orderId));
    const record = { key: orderId, value, headers: headersOf(id, orderId, traceId) };
    const written = await write(t, "orders", record);
    assert.equal((await endedSaga(at, orderId)).status, "completed");

    const reserved = await until("StockReserved on the topic", () => typed(seen, "shop.inventory.StockReserved")[0]);
    assertEvent(reserved, { source: "/services/inventory", orderId, causationId: id, traceId });
    assert.equal(reserved.partition, written.partition, "the same key lies in the same partition");
    const event = await decoded(reserved.value);
    assert.equal(event["orderId"], orderId);
    const lines = event["lines"] as ReadonlyArray<{ readonly sku: string; readonly quantity: number }> | undefined; // schema of StockReserved
    assert.deepEqual(lines?.map(({ sku, quantity }) => [sku, quantity]) ?? event, [["LAMP-DESK", 2]]);
    const confirmed = await until("OrderConfirmed on the topic", () => typed(seen, "shop.orders.OrderConfirmed")[0]);
    assert.equal(confirmed.headers["traceparent"]?.split("-")[1], traceId, "the trace goes through the whole saga");
  });

  test("starts a saga without any ce_ header: what is missing follows from the record and its schema", async (t) => {
    const orderId = randomUUID();
    const { seen } = await reader(t, ["inventory"], orderId);
    await write(t, "orders", { key: orderId, value: await encoded(SUBJECT, foreignOrder(orderId)) });
    const saga = await endedSaga(at, orderId);
    assert.equal(saga.status, "completed");
    assert.equal(stepOf(saga, "confirmOrder").status, "done");
    const reserved = await until("StockReserved on the topic", () => typed(seen, "shop.inventory.StockReserved")[0]);
    assert.equal(reserved.headers["ce_correlationid"], orderId);
    assert.match(reserved.headers["ce_causationid"] ?? "", /^[0-9a-f-]{36}$/, "the record without an id was given one");
  });

  test("in structured mode, one JSON object with attributes and data, starts a saga too", async (t) => {
    const orderId = randomUUID();
    const value = await encoded(SUBJECT, foreignOrder(orderId));
    const event = {
      specversion: "1.0",
      id: randomUUID(),
      type: SUBJECT,
      source: "/shops/legacy",
      correlationid: orderId,
      data_base64: value.toString("base64"),
    };
    const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
    await write(t, "orders", { key: orderId, value: Buffer.from(JSON.stringify(event)), headers });
    assert.equal((await endedSaga(at, orderId)).status, "completed");
  });

  test("may send a record twice: one saga, one reservation", async (t) => {
    const [orderId, id] = [randomUUID(), randomUUID()];
    const { seen } = await reader(t, ["orders", "inventory"], orderId);
    const value = await encoded(SUBJECT, foreignOrder(orderId));
    const record = { key: orderId, value, headers: headersOf(id, orderId, randomBytes(16).toString("hex")) };
    const dropped = () => counter(at, "troupe_duplicates_total", 'group="inventory"');
    const earlier = await dropped();
    await write(t, "orders", record);
    await write(t, "orders", record);
    await endedSaga(at, orderId);
    await until("the confirmation, which lies behind both copies", () => typed(seen, "shop.orders.OrderConfirmed")[0]);
    assert.equal(typed(seen, SUBJECT).length, 2);
    const { timeline } = await endedSaga(at, orderId);
    assert.equal(timeline.filter(({ cause }) => cause === "OrderPlaced arrived").length, 1);
    await until("the second copy dropped by inventory", async () => (await dropped()) > earlier);
    const reservations = new Set(typed(seen, "shop.inventory.StockReserved").map(({ headers }) => headers["ce_id"]));
    assert.equal(reservations.size, 1);
    assert.equal((await allSagas(at)).filter((saga) => saga.id === orderId).length, 1);
  });

  test("is sent to the real registry: no process serves a second one beside it", async () => {
    const { paths } = (await ask(`${at}/openapi.json`)).json as { readonly paths: object };
    assert.ok(!Object.keys(paths).some((path) => path.startsWith("/registry")), "a real registry is asked directly");
  });
});

const typed = (seen: readonly Seen[], type: string): readonly Seen[] => seen.filter(({ headers }) => headers["ce_type"] === type);

type Expected = { readonly source: string; readonly orderId: string; readonly causationId: string; readonly traceId: string };

function assertEvent({ headers }: Seen, { source, orderId, causationId, traceId }: Expected): void {
  assert.equal(headers["ce_specversion"], "1.0");
  assert.match(headers["ce_id"] ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "a UUID of version 8");
  assert.equal(headers["ce_source"], source);
  assert.ok(Number.isFinite(Date.parse(headers["ce_time"] ?? "")), headers["ce_time"]);
  assert.equal(headers["ce_correlationid"], orderId);
  assert.equal(headers["ce_causationid"], causationId);
  assert.equal(headers["content-type"], "application/avro");
  assert.match(headers["traceparent"] ?? "", new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
}
