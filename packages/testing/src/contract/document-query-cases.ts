import assert from "node:assert/strict";
import type { DocumentQuery, Documents } from "@troupe/kernel";
import { idOf, type StoreContract, type StoreScope, storeTest, writeOf } from "./store-scope.ts";

/** Timers that are due, and pages for the read side. */
export function registerDocumentQueryCases(contract: StoreContract): void {
  storeTest(contract, "due finds what is due by now, earliest first, by shard and limit", dueFound);
  storeTest(contract, "a document leaves the due list when its write says so", dueLeft);
  storeTest(contract, "query pages through everything once, newest change first", pages);
  storeTest(contract, "query filters by status and by definition name", filters);
  storeTest(contract, "countByStatus counts documents, of one definition when asked", counts);
}

async function dueFound({ documents }: StoreScope): Promise<void> {
  const dueAts = [500, 100, null, 300, 900, 200];
  await documents.commit(dueAts.map((dueAt, at) => writeOf({ key: `d${at}`, expected: 0, shard: at, body: { dueAt } })));
  const due = async (shards: readonly number[] | null, now: number, limit = 10) =>
    (await documents.due({ shards, now, limit })).map(({ id, shard, dueAt }) => `${id.slice(-2)} ${shard} ${dueAt}`);
  assert.deepEqual(await due(null, 500), ["d1 1 100", "d5 5 200", "d3 3 300", "d0 0 500"]);
  assert.deepEqual(await due(null, 499), ["d1 1 100", "d5 5 200", "d3 3 300"]);
  assert.deepEqual(await due([0, 3, 4], 1000), ["d3 3 300", "d0 0 500", "d4 4 900"]);
  assert.deepEqual(await due(null, 1000, 2), ["d1 1 100", "d5 5 200"]);
  assert.deepEqual(await due([], 1000), []);
  const all = Array.from({ length: 1024 }, (_, shard) => shard);
  assert.equal((await due(all, 1000)).length, 5);
}

async function dueLeft({ documents }: StoreScope): Promise<void> {
  await documents.commit([writeOf({ key: "a", expected: 0, body: { dueAt: 100 } })]);
  await documents.commit([writeOf({ key: "a", expected: 1, body: { dueAt: 700 } })]);
  assert.deepEqual(await documents.due({ shards: null, now: 500, limit: 10 }), []);
  await documents.commit([writeOf({ key: "a", expected: 2, body: { dueAt: null } })]);
  assert.deepEqual(await documents.due({ shards: null, now: 5000, limit: 10 }), []);
}

/** Ids of all pages. */
export async function allPages(documents: Documents, query: Omit<DocumentQuery, "cursor">): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await documents.query(typeof cursor === "string" ? { ...query, cursor } : query);
    assert.ok(page.documents.length <= query.limit);
    ids.push(...page.documents.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== null);
  return ids;
}

async function pages({ documents }: StoreScope): Promise<void> {
  // Ties in time on purpose: a page must not end in the middle of one and lose the rest.
  const times = [10, 30, 20, 20, 20, 40, 20];
  await documents.commit(times.map((updatedAt, at) => writeOf({ key: `d${at}`, expected: 0, body: { updatedAt } })));
  for (const limit of [1, 2, 3, 7, 50]) {
    const ids = await allPages(documents, { limit });
    assert.deepEqual(
      ids.map((id) => times[Number(id.slice(-1))]),
      [40, 30, 20, 20, 20, 20, 10],
      `limit ${limit}`,
    );
    assert.equal(new Set(ids).size, 7, `each once with limit ${limit}`);
  }
  await documents.commit([writeOf({ key: "d0", expected: 1, body: { updatedAt: 99 } })]);
  assert.equal((await documents.query({ limit: 1 })).documents[0]?.id, idOf("d0"));
}

const samples = (documents: Documents) =>
  documents.commit(
    (
      [
        ["a", "orders@1#x", "running"],
        ["b", "orders@2#y", "stuck"],
        ["c", "ordersExtra@1#x", "running"],
        ["d", "inventory", "running"],
        ["e", "orders@1#x", "running"],
      ] as const
    ).map(([key, definition, status], at) => writeOf({ key, expected: 0, body: { definition, status, updatedAt: 100 - at } })),
  );

async function filters({ documents }: StoreScope): Promise<void> {
  await samples(documents);
  const found = async (query: Omit<DocumentQuery, "cursor" | "limit">) =>
    (await allPages(documents, { ...query, limit: 2 })).map((id) => id.slice(-1)).join("");
  assert.equal(await found({}), "abcde");
  assert.equal(await found({ status: "running" }), "acde");
  assert.equal(await found({ definition: "orders" }), "abe");
  assert.equal(await found({ definition: "inventory" }), "d");
  assert.equal(await found({ definition: "orders", status: "running" }), "ae");
  assert.equal(await found({ definition: "order" }), "");
  assert.equal(await found({ status: "none" }), "");
}

async function counts({ documents }: StoreScope): Promise<void> {
  assert.deepEqual(await documents.countByStatus(), {});
  await samples(documents);
  assert.deepEqual(await documents.countByStatus(), { running: 4, stuck: 1 });
  assert.deepEqual(await documents.countByStatus("orders"), { running: 2, stuck: 1 });
  assert.deepEqual(await documents.countByStatus("nothing"), {});
  await documents.commit([writeOf({ key: "a", expected: 1, body: { status: "completed", definition: "orders@1#x" } })]);
  assert.deepEqual(await documents.countByStatus("orders"), { completed: 1, running: 1, stuck: 1 });
}
