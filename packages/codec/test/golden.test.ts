import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type Envelope, type Json, murmur2, partitionOf } from "@troupe/kernel";
import { contentId } from "../src/registry/schema-id.ts";
import { asRead, bench, factOf, goldenIds, hex, ids, LAB, SHOP, unhex } from "./support/parts.ts";

type GoldenRecord = {
  readonly event: string;
  readonly json: Json;
  readonly envelope: Envelope;
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: readonly (readonly [string, string])[];
};
const golden = <Shape>(file: string): Shape => JSON.parse(readFileSync(new URL(`golden/${file}.json`, import.meta.url), "utf8")) as Shape; // committed with this test

const records = golden<readonly GoldenRecord[]>("records");
const benches = [await bench(SHOP, goldenIds()), await bench(LAB, goldenIds())];
const codecOf = (event: string) => {
  const found = benches.find(({ codec }) => codec.events.some(({ name }) => name === event));
  assert.ok(found, event);
  return found.codec;
};
const text = (bytes: string): string => new TextDecoder().decode(unhex(bytes));

describe("golden records (their Avro bytes were written again, the same, by fastavro 1.13.1)", () => {
  for (const record of records) {
    it(`${record.event} is encoded to the committed bytes`, () => {
      const codec = codecOf(record.event);
      const out = codec.encode({ envelope: record.envelope, payload: codec.fromJson(record.event, record.json) });
      assert.equal(out.topic, record.topic);
      assert.equal(Buffer.from(out.key).toString("hex"), record.key);
      assert.equal(hex(out.value), record.value);
      const headers = Object.entries(out.headers).map(([name, value]) => [name, Buffer.from(value).toString("hex")]);
      assert.deepEqual(headers, record.headers, "headers, in their order");
    });

    it(`${record.event} is decoded from the committed bytes`, () => {
      const codec = codecOf(record.event);
      const headers = Object.fromEntries(record.headers.map(([name, value]) => [name, text(value)]));
      const out = { topic: record.topic, key: text(record.key), value: unhex(record.value), headers };
      const fact = factOf(codec.decode(asRead(out), new Set([record.event])));
      assert.deepEqual(fact.payload, codec.fromJson(record.event, record.json));
      assert.equal(fact.envelope.correlationId, text(record.key));
      assert.equal(fact.identity, ids.identity(record.envelope));
    });
  }

  it("cover every event type that the issue names: negative decimal, long beyond 2^53, nullable, enum, every logical type", () => {
    assert.deepEqual(
      records.map(({ event }) => event),
      ["OrderPlaced", "StockReserved", "PaymentRefunded", "PaymentDeclined", "ShipmentDispatched", "EveryType"],
    );
  });
});

type GoldenPartition = { readonly key: string; readonly murmur2: number; readonly partitions: { readonly [count: string]: number } };

describe("golden partitions (the first six hashes stand in the tests of Kafka's Java client)", () => {
  for (const { key, murmur2: hash, partitions } of golden<readonly GoldenPartition[]>("partitions")) {
    it(`key ${JSON.stringify(key)} goes where the Java client sends it`, () => {
      assert.equal(murmur2(new TextEncoder().encode(key)), hash);
      for (const [count, partition] of Object.entries(partitions)) assert.equal(partitionOf(key, Number(count)), partition);
    });
  }
});

type GoldenIds = {
  readonly messageIds: readonly { readonly namespace: string; readonly parts: readonly (string | number)[]; readonly id: string }[];
  readonly identities: readonly { readonly tenant: string; readonly source: string; readonly id: string; readonly identity: string }[];
  readonly schemaIds: readonly { readonly text: string; readonly id: number }[];
};

describe("golden ids (computed by Python's hashlib)", () => {
  const { messageIds, identities, schemaIds } = golden<GoldenIds>("ids");
  it("message ids are UUIDs v8 of their parts", () => {
    for (const { namespace, parts, id } of messageIds) assert.equal(ids.messageId(namespace, parts), id);
    assert.equal(new Set(messageIds.map(({ id }) => id)).size, messageIds.length);
  });
  it("identities tell tenants and sources apart", () => {
    for (const { identity, ...parts } of identities) assert.equal(ids.identity(parts), identity);
  });
  it("schema ids of the embedded registry follow from the schema's text", () => {
    for (const { text: schema, id } of schemaIds) assert.equal(contentId(schema), id);
  });
});
