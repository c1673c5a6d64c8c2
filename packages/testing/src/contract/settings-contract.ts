import assert from "node:assert/strict";
import { describe } from "node:test";
import { type StoreContract, type StoreScope, storeTest } from "./store-scope.ts";

/** What every Settings must do. Keys start with a name of the test's own. */
export function settingsContract(contract: StoreContract): void {
  describe(`settings contract on ${contract.name}`, () => {
    storeTest(contract, "a value is read back as it was put, by every instance, and the last one wins", lastWins);
    storeTest(contract, "a key that was never put is null", async ({ store, owner }) => {
      assert.equal(await store.settings.get(`${owner}/none`), null);
    });
    storeTest(contract, "list gives what starts with a prefix, by key, and takes no character as a pattern", listed);
  });
}

async function lastWins({ store, second, owner }: StoreScope): Promise<void> {
  const other = await second();
  const key = `${owner}/a.b$c`;
  await store.settings.put(key, { n: 1, gone: true });
  await other.settings.put(key, { n: 2, "dot.ted": { $x: [1, { y: null }] } });
  assert.deepEqual(await store.settings.get(key), { n: 2, "dot.ted": { $x: [1, { y: null }] } });
}

async function listed({ store, owner }: StoreScope): Promise<void> {
  const keys = ["b", "a", "a/1", "A", "a_1", "a%1", "a.1", "a(1", "ä"];
  for (const key of keys) await store.settings.put(`${owner}/${key}`, { key });
  const list = async (prefix: string) => (await store.settings.list(`${owner}/${prefix}`)).map(({ value }) => value["key"]);
  assert.deepEqual(await list("a"), ["a", "a%1", "a(1", "a.1", "a/1", "a_1"]);
  assert.deepEqual(await list("a_"), ["a_1"]);
  assert.deepEqual(await list("a%"), ["a%1"]);
  assert.deepEqual(await list("a."), ["a.1"]);
  assert.deepEqual(await list("a("), ["a(1"]);
  assert.equal((await list("")).length, keys.length);
  assert.deepEqual(await list("zzz"), []);
}
