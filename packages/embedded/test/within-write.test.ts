import assert from "node:assert/strict";
import { test } from "node:test";
import type { Work } from "@troupe/kernel";
import { openEmbedded } from "../src/index.ts";
import { realClock as clock, silent as log, openAt, scratch } from "./open.ts";

const workOf = (id: string): Work => {
  const body = { definition: "d", status: "s", state: {}, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 };
  const write = { id, expected: 0, w: "w", shard: 0, body, history: [], outbox: {}, nextSeq: 1 };
  const records = [{ topic: "orders", key: id, value: null, headers: {} }];
  return { owner: "o", membership: null, writes: [{ write, records }], deadLetters: [], offsets: [] };
};

test("the middle of a write lies in an open transaction: another connection sees neither document nor record, then or later", async () => {
  const { file, dispose } = scratch();
  const witness = openAt(file);
  await witness.bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
  const seen: Array<Promise<readonly [number, unknown]>> = [];
  const look = async () => [(await witness.store.documents("o").load(["a"])).size, await witness.bus.admin.endOffsets(["orders"])] as const;
  const withinWrite = (): never => {
    seen.push(look());
    throw new Error("gone");
  };
  const dying = openEmbedded({ file, clock, log, random: { next: Math.random }, withinWrite });
  try {
    await assert.rejects(dying.work.commitWork(workOf("a")), /gone/);
    seen.push(look());
    const nothing = [0, [{ topic: "orders", partition: 0, end: 0 }]];
    assert.ok(seen.length >= 2);
    for (const sight of await Promise.all(seen)) assert.deepEqual(sight, nothing);
  } finally {
    await Promise.all([dying.close(), witness.close()]);
    await dispose();
  }
});
