import assert from "node:assert/strict";
import type { Documents, SearchKeys } from "@troupe/kernel";
import { allPages } from "./document-query-cases.ts";
import { type StoreContract, type StoreScope, storeTest, writeOf } from "./store-scope.ts";

/** Documents found by what they are about. */
export function registerDocumentSearchCases(contract: StoreContract): void {
  storeTest(contract, "query finds documents by a search key, newest change first", byOneKey);
  storeTest(contract, "several search keys are all asked for", byAllKeys);
  storeTest(contract, "search goes with status, definition and pages like any other question", withOthers);
  storeTest(contract, "a value is compared as a whole and as it is, whatever stands in it", exactly);
  storeTest(contract, "search keys of a write replace those before; a write without any leaves them", replaced);
  storeTest(contract, "a write that loses its race changes no search key", lostRace);
  storeTest(contract, "owners never find each other's documents", owners);
}

type Sample = readonly [key: string, search: SearchKeys, definition?: string, status?: string];

/** Later ones changed earlier. */
const store = (documents: Documents, samples: readonly Sample[]) =>
  documents.commit(
    samples.map(([key, search, definition = "orders@1#x", status = "running"], at) =>
      writeOf({ key, expected: 0, search, body: { definition, status, updatedAt: 100 - at } }),
    ),
  );

type Asked = { readonly search: SearchKeys; readonly status?: string; readonly definition?: string };
async function found(documents: Documents, query: Asked, limit = 2): Promise<string> {
  return (await allPages(documents, { ...query, limit })).map((id) => id.slice(-1)).join("");
}

async function byOneKey({ documents }: StoreScope): Promise<void> {
  await store(documents, [
    ["a", { customer: "c-1" }],
    ["b", { customer: "c-2" }],
    ["c", {}],
    ["d", { customer: "c-1", total: "59.98" }],
  ]);
  assert.equal(await found(documents, { search: { customer: "c-1" } }), "ad");
  assert.equal(await found(documents, { search: { total: "59.98" } }), "d");
  assert.equal(await found(documents, { search: { customer: "c-3" } }), "");
  assert.equal(await found(documents, { search: { total: "c-1" } }), "");
  await documents.commit([writeOf({ key: "d", expected: 1, body: { definition: "orders@1#x", updatedAt: 500 } })]);
  assert.equal(await found(documents, { search: { customer: "c-1" } }), "da");
}

async function byAllKeys({ documents }: StoreScope): Promise<void> {
  await store(documents, [
    ["a", { customer: "c-1", country: "DE", urgent: "true" }],
    ["b", { customer: "c-1", country: "AT", urgent: "true" }],
    ["c", { customer: "c-2", country: "DE" }],
  ]);
  assert.equal(await found(documents, { search: { customer: "c-1", country: "DE" } }), "a");
  assert.equal(await found(documents, { search: { country: "DE", customer: "c-1", urgent: "true" } }), "a");
  assert.equal(await found(documents, { search: { customer: "c-1", urgent: "true" } }), "ab");
  assert.equal(await found(documents, { search: { customer: "c-2", urgent: "true" } }), "");
  assert.equal(await found(documents, { search: {} }), "abc");
}

async function withOthers({ documents }: StoreScope): Promise<void> {
  const search = { customer: "c-1" };
  await store(documents, [
    ["a", search],
    ["b", search, "orders@2#y", "stuck"],
    ["c", search, "ordersExtra@1#x"],
    ["d", { customer: "c-2" }],
    ["e", search],
  ]);
  assert.equal(await found(documents, { search, definition: "orders" }), "abe");
  assert.equal(await found(documents, { search, definition: "orders", status: "running" }), "ae");
  assert.equal(await found(documents, { search, status: "stuck" }), "b");
  for (const limit of [1, 3, 10]) assert.equal(await found(documents, { search }, limit), "abce");
  assert.equal((await documents.query({ search, limit: 3 })).documents.length, 3);
}

async function exactly({ documents }: StoreScope): Promise<void> {
  const values = ["c-1", "c-1 ", "C-1", "c-10", "", "=", "a=b", "$x.y", "Grüße", "Gru\u0308ße", "{}", "1", "1.0", "x".repeat(200)];
  await store(
    documents,
    values.map((value, at) => [String.fromCharCode(97 + at), { customer: value }]),
  );
  for (const [at, customer] of values.entries())
    assert.equal(await found(documents, { search: { customer } }), String.fromCharCode(97 + at), JSON.stringify(customer));
}

async function replaced({ documents }: StoreScope): Promise<void> {
  await documents.commit([writeOf({ key: "a", expected: 0, search: { customer: "c-1", country: "DE" } })]);
  await documents.commit([writeOf({ key: "a", expected: 1 })]);
  assert.equal(await found(documents, { search: { customer: "c-1", country: "DE" } }), "a");
  await documents.commit([writeOf({ key: "a", expected: 2, search: { customer: "c-2", total: "5" } })]);
  assert.equal(await found(documents, { search: { customer: "c-1" } }), "");
  assert.equal(await found(documents, { search: { country: "DE" } }), "");
  assert.equal(await found(documents, { search: { customer: "c-2", total: "5" } }), "a");
  await documents.commit([writeOf({ key: "a", expected: 3, search: {} })]);
  assert.equal(await found(documents, { search: { customer: "c-2" } }), "");
}

async function lostRace({ documents }: StoreScope): Promise<void> {
  await documents.commit([writeOf({ key: "a", expected: 0, search: { customer: "c-1" } })]);
  const [outcome] = await documents.commit([writeOf({ key: "a", expected: 0, search: { customer: "c-2" } })]);
  const [other] = await documents.commit([writeOf({ key: "a", expected: 7, search: { customer: "c-2" } })]);
  assert.deepEqual([outcome?.kind, other?.kind], ["conflict", "conflict"]);
  assert.equal(await found(documents, { search: { customer: "c-1" } }), "a");
  assert.equal(await found(documents, { search: { customer: "c-2" } }), "");
}

async function owners({ store: ports, documents, owner }: StoreScope): Promise<void> {
  await store(documents, [["a", { customer: "c-1" }]]);
  const others = ports.documents(`${owner}-other`);
  assert.equal(await found(others, { search: { customer: "c-1" } }), "");
  await store(others, [["b", { customer: "c-1" }]]);
  assert.equal(await found(others, { search: { customer: "c-1" } }), "b");
  assert.equal(await found(documents, { search: { customer: "c-1" } }), "a");
}
