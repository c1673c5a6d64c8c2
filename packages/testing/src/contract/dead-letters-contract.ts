import assert from "node:assert/strict";
import { describe } from "node:test";
import type { DeadLetter, DeadLetterFilter } from "@troupe/kernel";
import { uniqueName } from "./bus-scope.ts";
import { type StoreContract, type StoreScope, storeTest } from "./store-scope.ts";

/** What every DeadLetters must do. Counts are compared before and after, so nobody else may add meanwhile. */
export function deadLettersContract(contract: StoreContract): void {
  describe(`dead letters contract on ${contract.name}`, () => {
    storeTest(contract, "a letter is kept with everything needed to redrive it", keptWhole);
    storeTest(contract, "adding a letter twice leaves the first as it was", addedOnce);
    storeTest(contract, "letters are listed newest first, of one group when asked, up to the limit", listed);
    storeTest(contract, "letters are found by id, topic, code, key and time, all of them together", filtered);
    storeTest(contract, "removing takes the named letters and nothing else", removed);
    storeTest(contract, "adding none is allowed", ({ store }) => store.deadLetters.add([]));
  });
}

/** A complete dead letter of `group`. */
export const letterOf = (group: string, offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `${group}/orders/0/${offset}`,
  group,
  topic: "orders",
  partition: 0,
  offset,
  timestamp: 1_700_000_000_000,
  key: "order-1",
  value: Buffer.from([0, 0, 0, 0, 7, 255]).toString("base64"),
  headers: { ce_id: "a", "with.dot": "$x", $y: "" },
  code: "RECORD_UNDECODABLE",
  reason: "schema says otherwise",
  at: 1_700_000_001_000 + offset,
  ...more,
});

async function keptWhole({ store, owner }: StoreScope): Promise<void> {
  const letters = [letterOf(owner, 2), letterOf(owner, 1, { key: null, value: null, headers: {} })];
  await store.deadLetters.add(letters);
  assert.deepEqual(await store.deadLetters.list({ group: owner, limit: 10 }), letters);
}

async function addedOnce({ store, second, owner }: StoreScope): Promise<void> {
  const other = await second();
  const before = await store.deadLetters.count();
  await store.deadLetters.add([letterOf(owner, 1)]);
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      (at % 2 === 0 ? store : other).deadLetters.add([letterOf(owner, 1, { reason: `again ${at}` }), letterOf(owner, 2)]),
    ),
  );
  assert.deepEqual(await other.deadLetters.list({ group: owner, limit: 10 }), [letterOf(owner, 2), letterOf(owner, 1)]);
  assert.equal((await store.deadLetters.count()) - before, 2);
}

async function listed({ store, owner }: StoreScope): Promise<void> {
  const other = uniqueName("owner");
  await store.deadLetters.add([3, 1, 2].map((offset) => letterOf(owner, offset)));
  await store.deadLetters.add([letterOf(other, 9)]);
  const offsets = async (group: string, limit: number) => (await store.deadLetters.list({ group, limit })).map(({ offset }) => offset);
  assert.deepEqual(await offsets(owner, 10), [3, 2, 1]);
  assert.deepEqual(await offsets(owner, 2), [3, 2]);
  assert.deepEqual(await offsets(other, 10), [9]);
  const all = await store.deadLetters.list({ limit: 1000 });
  assert.ok(all.some(({ group }) => group === owner) && all.some(({ group }) => group === other), "without a group all are listed");
}

async function filtered({ store, owner }: StoreScope): Promise<void> {
  const letters = [
    letterOf(owner, 1),
    letterOf(owner, 2, { topic: "payments", key: null }),
    letterOf(owner, 3, { code: "RECORD_TOO_OLD", key: "order-2" }),
    letterOf(owner, 4, { topic: "payments", code: "RECORD_TOO_OLD" }),
  ];
  await store.deadLetters.add(letters);
  const offsets = async (filter: DeadLetterFilter) =>
    (await store.deadLetters.list({ group: owner, limit: 10, ...filter })).map(({ offset }) => offset);
  assert.deepEqual(await offsets({}), [4, 3, 2, 1]);
  assert.deepEqual(await offsets({ id: `${owner}/orders/0/3` }), [3]);
  assert.deepEqual(await offsets({ topic: "payments" }), [4, 2]);
  assert.deepEqual(await offsets({ code: "RECORD_TOO_OLD" }), [4, 3]);
  assert.deepEqual(await offsets({ key: "order-1" }), [4, 1]);
  assert.deepEqual(await offsets({ since: letterOf(owner, 3).at }), [4, 3]);
  assert.deepEqual(await offsets({ topic: "payments", code: "RECORD_TOO_OLD", key: "order-1", since: letterOf(owner, 4).at }), [4]);
  assert.deepEqual(await offsets({ topic: "payments", key: "order-2" }), []);
  const newest = await store.deadLetters.list({ group: owner, topic: "payments", limit: 1 });
  assert.deepEqual(newest, [letters[3]]);
}

async function removed({ store, owner }: StoreScope): Promise<void> {
  await store.deadLetters.add([1, 2, 3].map((offset) => letterOf(owner, offset)));
  await store.deadLetters.remove([letterOf(owner, 1).id, letterOf(owner, 3).id, letterOf(owner, 9).id]);
  await store.deadLetters.remove([]);
  assert.deepEqual(await store.deadLetters.list({ group: owner, limit: 10 }), [letterOf(owner, 2)]);
}
