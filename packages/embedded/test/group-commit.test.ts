import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DocumentWrite, HistoryEntry, Work } from "@troupe/kernel";
import { createCaches } from "../src/file/caches.ts";
import { openDataFile } from "../src/file/data-file.ts";
import { createGroupCommit } from "../src/file/group-commit.ts";
import { openAt } from "./open.ts";

const entry: HistoryEntry = { order: 1, at: 1, entry: {} };

function writeOf(id: string, history: readonly HistoryEntry[]): DocumentWrite {
  const body = { definition: "d", status: "s", state: {}, inbox: {}, dueAt: null, historyLength: 1, updatedAt: 1 };
  return { id, expected: 0, w: "w", shard: 0, body, history, outbox: {}, nextSeq: 1 };
}
const workOf = (id: string, history: readonly HistoryEntry[]): Work => ({
  owner: "o",
  membership: null,
  writes: [{ write: writeOf(id, history), records: [{ topic: "orders", key: id, value: null, headers: {} }] }],
  deadLetters: [],
  offsets: [],
});

describe("group commit", () => {
  test("a work whose statement fails is undone alone, its neighbours in the same transaction stand", async () => {
    const { bus, store, work, close } = openAt(":memory:");
    await bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
    // Two entries under one order break the primary key of the history: the file refuses the statement.
    const settled = await Promise.allSettled([
      work.commitWork(workOf("a", [entry])),
      work.commitWork(workOf("bad", [entry, entry])),
      work.commitWork(workOf("c", [entry])),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual([...(await store.documents("o").load(["a", "bad", "c"])).keys()], ["a", "c"]);
    assert.deepEqual(await bus.admin.endOffsets(["orders"]), [{ topic: "orders", partition: 0, end: 2 }]);
    await work.commitWork(workOf("d", [entry]));
    assert.deepEqual(await bus.admin.endOffsets(["orders"]), [{ topic: "orders", partition: 0, end: 3 }], "offsets go on without a gap");
    await close();
  });

  test("an offset never moves back", async () => {
    const { bus, work, close } = openAt(":memory:");
    await bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
    const epoch = await new Promise<number>((resolve) => {
      const options = { group: "g", topics: ["orders"], onBatch() {}, onRevoked() {}, onHealth() {} };
      void bus.subscribe({ ...options, onAssigned: (_, current) => resolve(current) });
    });
    for (const next of [1, 5, 3]) {
      const offsets = [{ topic: "orders", partition: 0, next }];
      await work.commitWork({ owner: "o", membership: { group: "g", epoch }, writes: [], deadLetters: [], offsets });
    }
    assert.equal((await bus.admin.groupLag("g", ["orders"]))[0]?.committed, 5);
    await close();
  });

  test("jobs that wait share one transaction, and each hears of its own result", async () => {
    const file = openDataFile(":memory:");
    file.exec("create table t(x int)");
    let commits = 0;
    const commit = createGroupCommit({ file, caches: createCaches(), random: { next: Math.random }, onCommitted: () => void commits++ });
    const insert = file.command("insert into t values(?)");
    const results = await Promise.all(Array.from({ length: 100 }, (_, x) => commit.enqueue(() => insert(x).rowId - 1)));
    assert.deepEqual(
      results,
      Array.from({ length: 100 }, (_, x) => x),
    );
    assert.equal(commits, 1);
    await Promise.all(Array.from({ length: 10 }, (_, x) => commit.enqueue(() => insert(x), 4_000)));
    assert.equal(commits, 6, "large ones are spread over several, so that none stalls the process for long");
    await commit.close();
    file.close();
  });
});
