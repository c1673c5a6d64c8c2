import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { murmur2, partitionOf, shardOf } from "@troupe/kernel";

type Vector = { readonly key: string; readonly murmur2: number; readonly partitionOf12: number; readonly shard: number };

test("keys hash, and so go to the partitions, as the Java client has it", () => {
  const file = readFileSync(new URL("golden/murmur2.json", import.meta.url), "utf8");
  const { vectors } = JSON.parse(file) as { vectors: readonly Vector[] }; // the golden file beside this test
  assert.ok(vectors.length >= 20);
  for (const { key, ...expected } of vectors) {
    const found = { murmur2: murmur2(new TextEncoder().encode(key)), partitionOf12: partitionOf(key, 12), shard: shardOf(key) };
    assert.deepEqual(found, expected, `key ${JSON.stringify(key)}`);
  }
});
