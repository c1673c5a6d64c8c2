import assert from "node:assert/strict";
import { partitionOf } from "@troupe/kernel";
import { until } from "../until.ts";
import { type BusContract, type BusScope, busTest, keyOf, series, textOf, textRecord } from "./bus-scope.ts";

/** What is read is what was written. */
export function registerBusRecordCases(contract: BusContract): void {
  busTest(contract, "order is kept within a key, and a key goes to its murmur2 partition", orderKept);
  busTest(contract, "key, value, headers and time arrive as written", arrivesAsWritten);
  busTest(contract, "a tombstone stays a tombstone", tombstoneKept);
  busTest(contract, "many records arrive once each, in batches without gaps", manyRecords);
  busTest(contract, "records of concurrent publishes keep the order of each publish", concurrentPublishes);
  busTest(contract, "a published record is durable for every reader once publish resolves", durableWhenResolved);
  busTest(contract, "publishing nothing resolves", ({ bus }) => bus.publish([]));
}

async function orderKept({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(8);
  const keys = Array.from({ length: 24 }, (_, at) => `order-${at}`);
  for (let round = 0; round < 5; round++) await bus.publish(keys.map((key) => textRecord(name, key, `${key}:${round}`)));
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 120, { what: "120 records" });
  for (const key of keys) {
    const own = member.records.filter((record) => keyOf(record) === key);
    assert.deepEqual(
      own.map(textOf),
      [0, 1, 2, 3, 4].map((round) => `${key}:${round}`),
    );
    assert.deepEqual([...new Set(own.map((record) => record.partition))], [partitionOf(key, 8)]);
  }
}

async function arrivesAsWritten({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const value = Uint8Array.from({ length: 256 }, (_, at) => at);
  const headers = { ce_id: "a-1", ce_source: "/services/örtlich", empty: "", traceparent: "00-ab-cd-01" };
  const before = Date.now();
  await bus.publish([{ topic: name, key: "Schlüssel/1 🚀", value, headers }]);
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  const record = await until(() => member.records[0], { what: "the record" });
  assert.equal(keyOf(record), "Schlüssel/1 🚀");
  assert.deepEqual(Uint8Array.from(record.value ?? []), value);
  assert.deepEqual({ ...record.headers }, headers);
  assert.deepEqual([record.topic, record.partition, record.offset], [name, 0, 0]);
  assert.ok(Math.abs(record.timestamp - before) < 60_000, `timestamp ${record.timestamp} is near ${before}`);
}

async function tombstoneKept({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  await bus.publish([
    { topic: name, key: "a", value: null, headers: {} },
    { topic: name, key: "a", value: new Uint8Array(0), headers: {} },
  ]);
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 2, { what: "two records" });
  assert.equal(member.records[0]?.value, null);
  assert.equal(member.records[1]?.value?.length, 0);
}

async function manyRecords({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(4);
  const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await Promise.all(keys.map((key) => bus.publish(series(name, key, 50))));
  await until(() => member.records.length >= 2000, { what: "2000 records" });
  assert.equal(member.records.length, 2000);
  const position = new Map<number, number>();
  for (const batch of member.batches) {
    assert.ok(batch.records.length > 0, "a batch holds at least one record");
    for (const record of batch.records) {
      const expected = position.get(record.partition) ?? 0;
      assert.equal(record.offset, expected, `next offset of partition ${record.partition}`);
      assert.deepEqual([record.topic, record.partition], [batch.topic, batch.partition]);
      position.set(record.partition, expected + 1);
    }
    assert.ok(batch.nextOffset >= (position.get(batch.partition) ?? 0), "nextOffset is past the last record");
    assert.ok(batch.endOffset >= (position.get(batch.partition) ?? 0), "endOffset is not before the last record");
  }
}

async function concurrentPublishes({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const calls = Array.from({ length: 20 }, (_, call) => Array.from({ length: 10 }, (_, at) => textRecord(name, `p${call}`, `${at}`)));
  await Promise.all(calls.map((records) => bus.publish(records)));
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 200, { what: "200 records" });
  for (let call = 0; call < 20; call++) {
    const own = member.records.filter((record) => keyOf(record) === `p${call}`).map(textOf);
    assert.deepEqual(
      own,
      Array.from({ length: 10 }, (_, at) => `${at}`),
    );
  }
}

async function durableWhenResolved({ bus, second, topic }: BusScope): Promise<void> {
  const name = await topic(1);
  const other = await second();
  for (let count = 1; count <= 5; count++) {
    await bus.publish(series(name, "a", 1));
    assert.deepEqual(await other.admin.endOffsets([name]), [{ topic: name, partition: 0, end: count }]);
  }
}
