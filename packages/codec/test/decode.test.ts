import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type BusRecord, type Decoded, type Headers, type Json, TroupeError } from "@troupe/kernel";
import { createCodec, fileRegistry, loadSchemas, type Registry } from "../src/index.ts";
import { asRead, bench, envelope, factOf, folder, ids, noted, SAMPLES, SHOP } from "./support/parts.ts";

const shop = await bench(SHOP);
const ORDER = new Set(["OrderPlaced"]);
const orderId = "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f";

function orderRecord(headers?: Headers): BusRecord {
  const payload = shop.codec.fromJson("OrderPlaced", SAMPLES["OrderPlaced"] ?? null);
  return asRead(shop.codec.encode({ envelope: envelope("OrderPlaced"), payload }), headers);
}

async function undecodable(decoded: Decoded | Promise<Decoded>) {
  const outcome = await decoded;
  assert.equal(outcome.kind, "undecodable", JSON.stringify(outcome));
  return outcome.kind === "undecodable" ? outcome : assert.fail();
}

describe("a record is read as what it says it is", () => {
  it("at once, without a promise, when the writer's schema is known", () => {
    const fact = factOf(shop.codec.decode(orderRecord(), ORDER));
    assert.equal(fact.name, "OrderPlaced");
    assert.deepEqual(fact.origin, { topic: "orders", partition: 3, offset: 42 });
    assert.equal(fact.envelope.type, "shop.orders.OrderPlaced");
    assert.equal(fact.envelope.correlationId, orderId);
    assert.equal(fact.envelope.time, Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  });

  it("and is a plain object, so that equality means equal content", () => {
    assert.equal(Object.getPrototypeOf(factOf(shop.codec.decode(orderRecord(), ORDER)).payload), Object.prototype);
  });

  it("a tombstone is skipped", () => {
    assert.deepEqual(shop.codec.decode({ ...orderRecord(), value: null }, ORDER), { kind: "skipped" });
  });

  it("a type that nobody wants, or nobody knows, is skipped by its header, whatever its body", () => {
    const broken = { ...orderRecord(), value: Uint8Array.of(9, 9) };
    assert.deepEqual(shop.codec.decode(broken, new Set(["StockReserved"])), { kind: "skipped" });
    assert.deepEqual(shop.codec.decode({ ...broken, headers: { ce_type: "other.Thing" } }, ORDER), { kind: "skipped" });
  });

  it("the correlation id of the headers wins over the field", () => {
    const record = orderRecord();
    const fact = factOf(shop.codec.decode({ ...record, headers: { ...record.headers, ce_correlationid: "parent-7" } }, ORDER));
    assert.equal(fact.envelope.correlationId, "parent-7");
  });
});

describe("a topic whose producers know nothing of the contract joins", () => {
  it("type from the schema id, id and time from the record, correlation from the schema", () => {
    const fact = factOf(shop.codec.decode(orderRecord({}), ORDER));
    assert.deepEqual(fact.envelope, {
      id: ids.messageId("record", ["orders", 3, 42, 1_700_000_000_000]),
      type: "shop.orders.OrderPlaced",
      source: "/topics/orders",
      time: 1_700_000_000_000,
      tenant: "default",
      correlationId: orderId,
    });
  });

  it("the same record has the same identity at every reading, another offset has another", () => {
    const record = orderRecord({});
    const identity = factOf(shop.codec.decode(record, ORDER)).identity;
    assert.equal(factOf(shop.codec.decode(record, ORDER)).identity, identity);
    assert.notEqual(factOf(shop.codec.decode({ ...record, offset: 43 }, ORDER)).identity, identity);
  });

  it("a type that nobody wants is skipped there too", () => {
    assert.deepEqual(shop.codec.decode(orderRecord({}), new Set(["StockReserved"])), { kind: "skipped" });
  });
});

describe("bytes that can't be read go to the dead letters with a sentence", () => {
  it("no wire format", async () => {
    const outcome = await undecodable(shop.codec.decode({ ...orderRecord(), value: new TextEncoder().encode('{"a":1}') }, ORDER));
    assert.equal(outcome.code, "RECORD_UNDECODABLE");
    assert.match(outcome.reason, /orders\/3\/42 can't be decoded: its first byte is 123, and the wire format begins with 0/);
    const short = await undecodable(shop.codec.decode({ ...orderRecord(), value: Uint8Array.of(0, 1) }, ORDER));
    assert.match(short.reason, /2 bytes/);
  });

  it("a body that is cut, or too long", async () => {
    const value = orderRecord().value ?? new Uint8Array();
    const cut = await undecodable(shop.codec.decode({ ...orderRecord(), value: value.subarray(0, 40) }, ORDER));
    assert.equal(cut.code, "RECORD_UNDECODABLE");
    const long = await undecodable(shop.codec.decode({ ...orderRecord(), value: Uint8Array.of(...value, 0) }, ORDER));
    assert.match(long.reason, /trailing data/);
  });

  it("a schema id that the registry does not have, asked again at the next record", async () => {
    const value = Uint8Array.from(orderRecord().value ?? []);
    value.set([0, 0, 0, 7], 1);
    const outcome = await undecodable(shop.codec.decode({ ...orderRecord(), value }, ORDER));
    assert.deepEqual(outcome, { kind: "undecodable", code: "SCHEMA_ID_UNKNOWN", reason: "Schema id 7 is not in the registry." });
    assert.ok(shop.codec.decode({ ...orderRecord(), value }, ORDER) instanceof Promise);
  });

  it("a schema of another event under this event's header", async () => {
    const other = shop.codec.encode({
      envelope: envelope("PaymentDeclined"),
      payload: shop.codec.fromJson("PaymentDeclined", SAMPLES["PaymentDeclined"] ?? null),
    });
    const outcome = await undecodable(shop.codec.decode({ ...orderRecord(), value: other.value }, ORDER));
    assert.match(outcome.reason, /neither the name nor an alias of shop\.orders\.OrderPlaced/);
  });

  it("values that their type does not have, without repeating personal data", async (test) => {
    const directory = folder(test, {
      "lab/Noted.avsc": noted([{ name: "born", type: { type: "int", logicalType: "date" }, doc: "Born.", pii: true }]),
    });
    const { codec } = await bench(directory);
    const out = codec.encode({ envelope: envelope("Noted"), payload: { id: "a", born: "0001-01-01" } });
    const value = Uint8Array.of(...(out.value ?? []).slice(0, 7), 0xff, 0xff, 0xff, 0xff, 0x0f); // day -2147483648
    const outcome = await undecodable(codec.decode({ ...asRead(out), value }, new Set(["Noted"])));
    assert.match(outcome.reason, /field born is a value that is not shown \(personal data\); allowed is a calendar date/);
  });
});

describe("a wanted event has a correlation id", () => {
  for (const empty of ["", null]) {
    it(`${JSON.stringify(empty)} is CORRELATION_MISSING, header or not`, async (test) => {
      const type = ["null", "string"];
      const schema = { ...noted(), fields: [{ name: "id", type, doc: "Correlation." }] };
      const writer = await bench(
        folder(test, {
          "lab/Noted.avsc": { ...schema, correlate: "other", fields: [...schema.fields, { name: "other", type: "string", doc: "Other." }] },
        }),
      );
      const reader = await bench(folder(test, { "lab/Noted.avsc": schema }), writer.registry);
      const record = asRead(writer.codec.encode({ envelope: envelope("Noted"), payload: { id: empty, other: "x" } }));
      const outcome = await undecodable(reader.codec.decode(record, new Set(["Noted"])));
      assert.equal(outcome.code, "CORRELATION_MISSING");
      assert.match(outcome.reason, /Noted carries no correlation id: field `id` is (""|null)/);
    });
  }

  it("an empty uuid is that, and not a badly formed value", async () => {
    const data = { ...(SAMPLES["PaymentDeclined"] as { [name: string]: Json }), orderId: "" }; // an object, see above
    const record = structured("shop.payments.PaymentDeclined", { data });
    assert.equal((await undecodable(shop.codec.decode(record, new Set(["PaymentDeclined"])))).code, "CORRELATION_MISSING");
  });
});

function structured(type: string, more: { readonly [name: string]: Json }): BusRecord {
  const event = { specversion: "1.0", id: "e-1", source: "/foreign", type, time: "2026-01-01T00:00:00Z", ...more };
  const headers = { "content-type": "application/cloudevents+json; charset=UTF-8", traceparent: "00-a-b-01" };
  return {
    topic: "orders",
    partition: 0,
    offset: 0,
    timestamp: 1,
    key: null,
    value: new TextEncoder().encode(JSON.stringify(event)),
    headers,
  };
}

describe("structured CloudEvents are read", () => {
  it("attributes, trace context and data", () => {
    const record = structured("shop.inventory.StockReserved", {
      data: SAMPLES["StockReserved"] ?? null,
      causationid: "c-1",
      tenant: "acme",
    });
    const fact = factOf(shop.codec.decode(record, new Set(["StockReserved"])));
    assert.deepEqual(fact.payload, shop.codec.fromJson("StockReserved", SAMPLES["StockReserved"] ?? null));
    assert.equal(fact.payload["units"], 9007199254740993n);
    assert.deepEqual(fact.envelope, {
      id: "e-1",
      type: "shop.inventory.StockReserved",
      source: "/foreign",
      time: Date.UTC(2026, 0, 1),
      tenant: "acme",
      causationId: "c-1",
      correlationId: orderId,
      traceparent: "00-a-b-01",
    });
  });

  it("fields of a newer producer are dropped, as Avro drops them", () => {
    const data = { ...(SAMPLES["PaymentDeclined"] as { [name: string]: Json }), gateway: "new" }; // an object, see above
    const fact = factOf(shop.codec.decode(structured("shop.payments.PaymentDeclined", { data }), new Set(["PaymentDeclined"])));
    assert.equal("gateway" in fact.payload, false);
  });

  it("data_base64 holds Avro in the wire format", () => {
    const base64 = Buffer.from(orderRecord().value ?? []).toString("base64");
    const fact = factOf(shop.codec.decode(structured("shop.orders.OrderPlaced", { data_base64: base64 }), ORDER));
    assert.equal(fact.payload["total"], "21.25");
    assert.equal(fact.envelope.id, "e-1");
  });

  it("what is not one is undecodable, what is unwanted is skipped", async () => {
    const bad = { ...structured("x", {}), value: new TextEncoder().encode("{") };
    assert.match((await undecodable(shop.codec.decode(bad, ORDER))).reason, /no structured CloudEvent/);
    const wrong = structured("shop.payments.PaymentDeclined", { data: { orderId, reason: "BORED", declinedAt: 1 } });
    const outcome = await undecodable(shop.codec.decode(wrong, new Set(["PaymentDeclined"])));
    assert.match(outcome.reason, /field reason is "BORED"; allowed is one of INSUFFICIENT_FUNDS, CARD_EXPIRED, SUSPECTED_FRAUD/);
    assert.deepEqual(shop.codec.decode(structured("x.Y", {}), ORDER), { kind: "skipped" });
  });
});

describe("the registry is asked as seldom as can be", () => {
  it("once per id, also when a whole batch waits for it", async () => {
    let asked = 0;
    const counting: Registry = {
      ...shop.registry,
      schemaById: (id) => {
        asked++;
        return shop.registry.schemaById(id);
      },
    };
    const codec = createCodec({ schemas: loadSchemas(SHOP), registry: counting, ids });
    const batch = [orderRecord(), orderRecord(), orderRecord()].map((record) => codec.decode(record, ORDER));
    assert.deepEqual(
      (await Promise.all(batch)).map(({ kind }) => kind),
      ["event", "event", "event"],
    );
    factOf(codec.decode(orderRecord(), ORDER));
    assert.equal(asked, 1);
  });

  it("a registry that does not answer is no fault of the record: decode rejects, and works once it answers", async () => {
    let up = false;
    const flaky: Registry = {
      ...shop.registry,
      schemaById: async (id) => {
        if (!up) throw new TroupeError("REGISTRY_UNREACHABLE", { address: "x", reason: "down" });
        return shop.registry.schemaById(id);
      },
    };
    const codec = createCodec({ schemas: loadSchemas(SHOP), registry: flaky, ids });
    await assert.rejects(async () => codec.decode(orderRecord(), ORDER), { code: "REGISTRY_UNREACHABLE" });
    up = true;
    assert.equal((await codec.decode(orderRecord(), ORDER)).kind, "event");
  });

  it("a schema that is no record makes its records undecodable, not the process", async () => {
    const odd: Registry = { ...fileRegistry({ schemas: loadSchemas(SHOP) }), schemaById: async () => '{"type":"int"}' };
    const codec = createCodec({ schemas: loadSchemas(SHOP), registry: odd, ids });
    assert.match((await undecodable(codec.decode(orderRecord(), ORDER))).reason, /is primitive, and an event is a record/);
  });
});
