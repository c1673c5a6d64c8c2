import assert from "node:assert/strict";
import { describe } from "node:test";
import { type Aging, ARCHIVED } from "@troupe/kernel";
import { parkedRowOf } from "./parked-contract.ts";
import { entryOf, historyOf, idOf, loadOne, type StoreContract, type StoreScope, storeTest, writeOf } from "./store-scope.ts";

/** What every store in which documents age must do. */
export function agingContract(contract: StoreContract): void {
  describe(`aging contract on ${contract.name}`, () => {
    storeTest(contract, "documents of some statuses that have not changed since an instant are found, the oldest first", found);
    storeTest(contract, "an archived document keeps its id and version as a marker, without state and history", archived);
    storeTest(contract, "a document that changed, is parked or has something to publish is not archived", leftAlone);
    storeTest(contract, "a removed document is gone with its history, and does not come back by a late write", removed);
    storeTest(contract, "archiving and removing none is allowed", nothing);
  });
}

const START = 1_700_000_000_000;

function agingOf({ store, owner }: StoreScope): Aging {
  const aging = store.aging?.(owner);
  assert.ok(aging, "documents age here");
  return aging;
}

const write = (key: string, at: number, status = "completed") =>
  writeOf({ key, expected: 0, body: { status, updatedAt: START + at, historyLength: 2 }, history: historyOf(1, 2) });

async function found(scope: StoreScope): Promise<void> {
  const { documents } = scope;
  const aging = agingOf(scope);
  assert.deepEqual(await aging.aged({ statuses: ["completed"], before: START, limit: 10 }), []);
  await documents.commit([write("c", 3), write("a", 1), write("run", 0, "running"), write("b", 2, "compensated"), write("new", 9)]);
  const keys = async (limit: number, before = START + 4) =>
    (await aging.aged({ statuses: ["completed", "compensated"], before, limit })).map(({ id }) => id);
  assert.deepEqual(
    await keys(10),
    ["a", "b", "c"].map((key) => idOf(key)),
  );
  assert.deepEqual(
    await keys(2),
    ["a", "b"].map((key) => idOf(key)),
  );
  assert.deepEqual(await keys(10, START + 1), []);
  const [first] = await aging.aged({ statuses: ["completed"], before: START + 4, limit: 1 });
  assert.deepEqual(first, await loadOne(documents, idOf("a")));
}

async function archived(scope: StoreScope): Promise<void> {
  const { documents } = scope;
  await documents.commit([write("a", 1), write("b", 1)]);
  await agingOf(scope).archive([{ id: idOf("a"), expected: 1, w: "mark", at: START + 5 }]);
  const { version, w, status, state, inbox, dueAt, historyLength, updatedAt, definition } = await loadOne(documents, idOf("a"));
  assert.deepEqual(
    { version, w, status, state, inbox, dueAt, historyLength, updatedAt, definition },
    {
      ...{ version: 2, w: "mark", status: ARCHIVED, state: null, inbox: {}, dueAt: null, historyLength: 0 },
      ...{ updatedAt: START + 5, definition: write("a", 1).body.definition },
    },
  );
  assert.deepEqual(await documents.history(idOf("a")), []);
  assert.equal((await documents.history(idOf("b"))).length, 2);
  assert.deepEqual(await documents.commit([writeOf({ key: "a", expected: 1 })]), [{ kind: "conflict" }]);
}

async function leftAlone(scope: StoreScope): Promise<void> {
  const { documents, owner } = scope;
  const row = parkedRowOf(owner, 1);
  const place = { topic: row.topic, partition: row.partition, offset: row.offset, identity: "i", bytes: 1 };
  const parked = { since: 1, code: "HANDLER_FAILED", reason: "r", tries: 0, places: [place], timersAt: null, asked: null };
  await documents.commit([
    write("changed", 1),
    writeOf({ key: "parked", expected: 0, body: { status: "completed", parked } }),
    writeOf({ key: "unsent", expected: 0, body: { status: "completed" }, outbox: { 1: entryOf("e") }, nextSeq: 2 }),
  ]);
  await documents.commit([writeOf({ key: "changed", expected: 1, body: { status: "running" } })]);
  const keys = ["changed", "parked", "unsent", "missing"];
  await agingOf(scope).archive(keys.map((key) => ({ id: idOf(key), expected: 1, w: "mark", at: START + 5 })));
  for (const key of keys.slice(0, 3)) assert.notEqual((await loadOne(documents, idOf(key))).status, ARCHIVED, key);
  assert.equal((await documents.load([idOf("missing")])).size, 0);
}

async function removed(scope: StoreScope): Promise<void> {
  const { documents } = scope;
  await documents.commit([write("a", 1), write("b", 1)]);
  await documents.commit([writeOf({ key: "b", expected: 1 })]);
  await agingOf(scope).remove(["a", "b"].map((key) => ({ id: idOf(key), expected: 1 })));
  assert.deepEqual([...(await documents.load([idOf("a"), idOf("b")])).keys()], [idOf("b")]);
  assert.deepEqual(await documents.history(idOf("a")), []);
  assert.equal((await documents.history(idOf("b"))).length, 2);
  assert.deepEqual(await documents.commit([writeOf({ key: "a", expected: 1 })]), [{ kind: "conflict" }]);
  assert.equal((await documents.load([idOf("a")])).size, 0);
}

async function nothing(scope: StoreScope): Promise<void> {
  await agingOf(scope).archive([]);
  await agingOf(scope).remove([]);
}
