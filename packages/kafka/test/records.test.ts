import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundRecord } from "@troupe/kernel";
import { recordBytes, toRecord, toRounds } from "../src/records.ts";

const sized = (topic: string, bytes: number): OutboundRecord => ({ topic, key: "k", value: new Uint8Array(bytes), headers: {} });

test("records are cut into rounds in which no topic has more than the limit, each topic in order", () => {
  const records = [sized("a", 600), sized("b", 10), sized("a", 600), sized("a", 5), sized("b", 20)];
  assert.deepEqual(
    toRounds(records, 1_000).map((round) => round.map(({ topic, value }) => `${topic}${value?.length}`)),
    [
      ["a600", "b10", "b20"],
      ["a600", "a5"],
    ],
  );
});

test("a record above the limit has a round of its own, since only the broker knows its limit", () => {
  assert.equal(toRounds([sized("a", 5_000), sized("a", 1)], 1_000).length, 2);
});

test("the size of a record counts UTF-8 bytes of key and headers", () => {
  const plain = recordBytes({ topic: "t", key: "", value: null, headers: {} });
  assert.equal(recordBytes({ topic: "t", key: "ä", value: null, headers: { a: "🚀" } }), plain + 2 + 10 + 1 + 4);
});

test("of several headers of one name the last one wins", () => {
  const message = { key: null, value: null, timestamp: "5", attributes: 0, offset: "9" };
  const record = toRecord({ topic: "t", partition: 1 }, { ...message, headers: { a: [Buffer.from("1"), "2"], b: Buffer.from("ü") } });
  assert.deepEqual(record, { topic: "t", partition: 1, offset: 9, timestamp: 5, key: null, value: null, headers: { a: "2", b: "ü" } });
});
