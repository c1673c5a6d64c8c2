import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { type DocumentWrite, explain, TroupeError } from "@troupe/kernel";
import { until } from "@troupe/testing";
import { openAt, scratch } from "./open.ts";

/** What opening says, as a user reads it. */
function refusal(file: string): string {
  try {
    const opened = openAt(file);
    void opened.close();
    return "it opened";
  } catch (error) {
    assert.ok(error instanceof TroupeError, String(error));
    return explain(error).replace(file, "FILE");
  }
}

async function withFile(run: (file: string) => Promise<void> | void): Promise<void> {
  const { file, dispose } = scratch();
  mkdirSync(dirname(file), { recursive: true });
  try {
    await run(file);
  } finally {
    await dispose();
  }
}

const sql = (file: string, statements: string): void => {
  const database = new DatabaseSync(file);
  database.exec(statements);
  database.close();
};

/** A closed data file with some hundred records in it. */
async function filled(file: string): Promise<void> {
  const { bus, close } = openAt(file);
  await bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
  for (let at = 0; at < 20; at++) {
    await bus.publish(Array.from({ length: 20 }, () => ({ topic: "orders", key: "a", value: Buffer.alloc(500, at), headers: {} })));
  }
  await close();
}

describe("a file that can't be used is told in one sentence, and left as it was", () => {
  test("a file that is no database", () =>
    withFile((file) => {
      writeFileSync(file, "This is a shopping list, and quite a long one at that.\n".repeat(100));
      assert.equal(refusal(file), "DATA_FOLDER_UNUSABLE: FILE can't be used as a data file: it is not a data file of Troupe.");
      assert.match(readFileSync(file, "utf8"), /^This is a shopping list/);
    }));

  test("a database of another program", () =>
    withFile((file) => {
      sql(file, "create table theirs(x); insert into theirs values(1)");
      const before = readFileSync(file);
      assert.equal(refusal(file), "DATA_FOLDER_UNUSABLE: FILE can't be used as a data file: it belongs to another program.");
      assert.deepEqual(readFileSync(file), before);
    }));

  test("a file of a newer version", () =>
    withFile(async (file) => {
      await filled(file);
      sql(file, "pragma user_version=99");
      assert.match(
        refusal(file),
        /^DATA_FOLDER_NEWER: FILE was written by a newer version of Troupe \(format 99\); this one reads up to format 2\./,
      );
    }));

  test("a file whose middle is missing", () =>
    withFile(async (file) => {
      await filled(file);
      truncateSync(file, 3 * 4096);
      assert.equal(refusal(file), "DATA_FOLDER_UNUSABLE: FILE can't be used as a data file: it is damaged.");
    }));

  test("a folder in its place", () =>
    withFile((file) => {
      mkdirSync(file);
      assert.equal(refusal(file), "DATA_FOLDER_UNUSABLE: FILE can't be used as a data file: it can't be opened or created there.");
    }));

  test("a folder that can't be made", () =>
    withFile((file) => {
      writeFileSync(file, "");
      const inside = join(file, "folder", "troupe.db");
      assert.equal(refusal(inside), "DATA_FOLDER_UNUSABLE: FILE can't be used as a data file: its folder can't be made (ENOTDIR).");
    }));
});

test("a file of format 1 is brought to today's at its opening, with all that stands in it", () =>
  withFile(async (file) => {
    await filled(file);
    const { store, close } = openAt(file);
    await store.documents("tally").commit([WRITE]);
    await close();
    sql(file, "drop table parked; alter table doc drop column parked; pragma user_version=1");
    const again = openAt(file);
    const stored = (await again.store.documents("tally").load([WRITE.id])).get(WRITE.id);
    assert.deepEqual([stored?.version, stored?.state, stored?.parked], [1, { n: 1 }, undefined]);
    assert.deepEqual(await again.bus.admin.endOffsets(["orders"]), [{ topic: "orders", partition: 0, end: 400 }]);
    assert.deepEqual(await again.store.parked.totals("tally"), { keys: 0, rows: 0, bytes: 0 });
    await again.close();
    const database = new DatabaseSync(file);
    assert.equal(database.prepare("pragma user_version").get()?.["user_version"], 2);
    database.close();
  }));

const WRITE: DocumentWrite = {
  id: "default/tally/a",
  expected: 0,
  w: "w",
  shard: 1,
  body: { definition: "tally", status: "open", state: { n: 1 }, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 },
  history: [],
  outbox: {},
  nextSeq: 1,
};

describe("what a crash may leave", () => {
  test("a log with a torn tail opens, with every transaction before the tear", () =>
    withFile(async (file) => {
      const { bus, close } = openAt(file);
      await bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
      for (let at = 0; at < 10; at++) await bus.publish([{ topic: "orders", key: "a", value: Buffer.from(`${at}`), headers: {} }]);
      const torn = `${file}-torn`;
      copyFileSync(file, torn);
      copyFileSync(`${file}-wal`, `${torn}-wal`);
      await close();
      truncateSync(`${torn}-wal`, statSync(`${torn}-wal`).size - 100);
      const again = openAt(torn);
      assert.deepEqual(await again.bus.admin.endOffsets(["orders"]), [{ topic: "orders", partition: 0, end: 9 }]);
      await again.bus.publish([{ topic: "orders", key: "a", value: Buffer.from("after"), headers: {} }]);
      await again.close();
    }));

  test("an empty file becomes a data file", () =>
    withFile(async (file) => {
      writeFileSync(file, "");
      await filled(file);
      const { bus, close } = openAt(file);
      assert.deepEqual(await bus.admin.topics(), [{ topic: "orders", partitions: 1 }]);
      await close();
    }));

  test("a file from before documents had search keys takes them", () =>
    withFile(async (file) => {
      await filled(file);
      sql(file, "drop table search");
      const { store, close } = openAt(file);
      const documents = store.documents("o");
      const body = { definition: "d", status: "s", state: {}, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 };
      const write = { id: "default/d/a", expected: 0, w: "w", shard: 0, body, history: [], outbox: {}, nextSeq: 1 };
      assert.deepEqual(await documents.commit([{ ...write, search: { customer: "c-1" } }]), [{ kind: "ok" }]);
      assert.equal((await documents.query({ search: { customer: "c-1" }, limit: 5 })).documents.length, 1);
      await close();
    }));

  test("a data file keeps a write-ahead log", () =>
    withFile(async (file) => {
      await filled(file);
      const database = new DatabaseSync(file);
      assert.equal(database.prepare("pragma journal_mode").get()?.["journal_mode"], "wal");
      database.close();
    }));
});

describe("closing", () => {
  test("what waits is written, what comes later is refused in one sentence", () =>
    withFile(async (file) => {
      const { bus, store, close } = openAt(file);
      const created = bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
      const published = bus.publish([{ topic: "orders", key: "a", value: null, headers: {} }]);
      const closed = close();
      await Promise.all([created, published, closed, close()]);
      await assert.rejects(bus.publish([{ topic: "orders", key: "a", value: null, headers: {} }]), { code: "BUS_UNREACHABLE" });
      await assert.rejects(bus.admin.topics(), { code: "BUS_UNREACHABLE" });
      await assert.rejects(store.settings.get("a"), { code: "STORE_UNREACHABLE" });
      const again = openAt(file);
      assert.deepEqual(await again.bus.admin.endOffsets(["orders"]), [{ topic: "orders", partition: 0, end: 1 }]);
      await again.close();
    }));

  test("closing in the middle of a stream leaves the group in order", () =>
    withFile(async (file) => {
      await filled(file);
      const { bus, close } = openAt(file);
      let records = 0;
      const subscription = await bus.subscribe({
        group: "g",
        topics: ["orders"],
        onBatch: (batch) => {
          records += batch.records.length;
          subscription.settle(batch);
        },
        onAssigned: () => {},
        onRevoked: () => {},
        onHealth: () => {},
      });
      await until(() => records > 0, { what: "the first batch" });
      await close();
      const database = new DatabaseSync(file);
      assert.equal(database.prepare("select count(*) n from member").get()?.["n"], 0);
      database.close();
    }));
});
