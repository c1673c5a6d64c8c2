import assert from "node:assert/strict";
import { describe } from "node:test";
import { type ParkedKey, type ParkedRow, recordPlace } from "@troupe/kernel";
import { uniqueName } from "./bus-scope.ts";
import { idOf, loadOne, type StoreContract, type StoreScope, storedAs, storeTest, writeOf } from "./store-scope.ts";

/** What every store must do with parked keys: the field of a document, and the rows of its records. */
export function parkedContract(contract: StoreContract): void {
  describe(`parked contract on ${contract.name}`, () => {
    storeTest(contract, "a document is parked as long as its field is there", fieldKept);
    storeTest(contract, "rows are kept with everything needed to fold them again, in the order of the log", rowsKept);
    storeTest(contract, "adding a row twice, from anywhere, leaves the first as it was", rowsOnce);
    storeTest(contract, "rows of the same record for two documents do not meet", rowsByDocument);
    storeTest(contract, "removing takes the named rows and nothing else", removed);
    storeTest(contract, "documents with rows are named once, the oldest row first, up to the limit", named);
    storeTest(contract, "totals count keys, rows and bytes of one owner", totalled);
    storeTest(contract, "adding and removing none is allowed", nothing);
  });
}

export const parkedRowOf = (owner: string, offset: number, more: Partial<ParkedRow> = {}): ParkedRow => ({
  owner,
  document: idOf("a"),
  topic: "orders",
  partition: 0,
  offset,
  timestamp: 1_700_000_000_000,
  key: "order-1",
  value: Buffer.from([0, 0, 0, 0, 7, 255]).toString("base64"),
  headers: { ce_id: "a", "with.dot": "$x", $y: "" },
  bytes: 30,
  at: 1_700_000_001_000 + offset,
  ...more,
});

const KEY: ParkedKey = {
  since: 1_700_000_000_000,
  code: "HANDLER_FAILED",
  reason: "it said no",
  tries: 2,
  places: [{ topic: "orders", partition: 3, offset: 9_007_199_254_740_990, identity: "i-1", bytes: 12 }],
  timersAt: 1_700_000_009_000,
  asked: { kind: "drop", places: ["orders/3/9007199254740990"] },
};

async function fieldKept({ documents }: StoreScope): Promise<void> {
  const states = [undefined, KEY, { ...KEY, asked: null, timersAt: null, tries: 3 }, undefined, undefined, KEY];
  for (const [expected, parked] of states.entries()) {
    const write = writeOf({ key: "a", expected, body: parked === undefined ? {} : { parked } });
    assert.deepEqual(await documents.commit([write]), [{ kind: "ok" }]);
    assert.deepEqual(await loadOne(documents, write.id), storedAs(write));
  }
  const born = writeOf({ key: "b", expected: 0, body: { parked: KEY, state: null } });
  await documents.commit([born]);
  assert.deepEqual(await loadOne(documents, born.id), storedAs(born));
}

async function rowsKept({ store, owner }: StoreScope): Promise<void> {
  const rows = [
    parkedRowOf(owner, 10),
    parkedRowOf(owner, 9, { key: null, value: null, headers: {} }),
    parkedRowOf(owner, 1, { partition: 1 }),
  ];
  await store.parked.add(rows);
  assert.deepEqual(await store.parked.load(owner, idOf("a")), [rows[1], rows[0], rows[2]]);
  assert.deepEqual(await store.parked.load(owner, idOf("b")), []);
}

async function rowsOnce({ store, second, owner }: StoreScope): Promise<void> {
  const other = await second();
  await store.parked.add([parkedRowOf(owner, 1)]);
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      (at % 2 === 0 ? store : other).parked.add([parkedRowOf(owner, 1, { timestamp: at }), parkedRowOf(owner, 2)]),
    ),
  );
  assert.deepEqual(await other.parked.load(owner, idOf("a")), [parkedRowOf(owner, 1), parkedRowOf(owner, 2)]);
}

async function rowsByDocument({ store, owner }: StoreScope): Promise<void> {
  const [one, two] = [parkedRowOf(owner, 1), parkedRowOf(owner, 1, { document: idOf("b") })];
  await store.parked.add([one, two]);
  await store.parked.remove(owner, idOf("a"), [recordPlace(one)]);
  assert.deepEqual(await store.parked.load(owner, idOf("a")), []);
  assert.deepEqual(await store.parked.load(owner, idOf("b")), [two]);
}

async function removed({ store, owner }: StoreScope): Promise<void> {
  const rows = [1, 2, 3].map((offset) => parkedRowOf(owner, offset));
  await store.parked.add(rows);
  await store.parked.remove(owner, idOf("a"), ["orders/0/1", "orders/0/3", "orders/0/99", "orders/1/2"]);
  assert.deepEqual(await store.parked.load(owner, idOf("a")), [rows[1]]);
}

async function named({ store, owner }: StoreScope): Promise<void> {
  const at = 1_600_000_000_000; // long before anything else that may lie here
  const row = (key: string, offset: number) => parkedRowOf(owner, offset, { document: idOf(key), at: at + offset });
  await store.parked.add([row("late", 9), row("late", 10), row("early", 1), row("early", 20), row("middle", 5)]);
  const keys = async (limit: number) => (await store.parked.documents({ owner, limit })).map(({ document }) => document);
  assert.deepEqual(
    await keys(10),
    ["early", "middle", "late"].map((key) => idOf(key)),
  );
  assert.deepEqual(
    await keys(2),
    ["early", "middle"].map((key) => idOf(key)),
  );
  assert.deepEqual(await store.parked.documents({ owner: uniqueName("nobody"), limit: 10 }), []);
  const all = await store.parked.documents({ limit: 1_000 });
  assert.ok(
    all.some((one) => one.owner === owner && one.document === idOf("late")),
    "without an owner all are named",
  );
}

async function totalled({ store, owner }: StoreScope): Promise<void> {
  assert.deepEqual(await store.parked.totals(owner), { keys: 0, rows: 0, bytes: 0 });
  await store.parked.add([1, 2].map((offset) => parkedRowOf(owner, offset, { bytes: 100 })));
  await store.parked.add([parkedRowOf(owner, 3, { document: idOf("b"), bytes: 50 }), parkedRowOf(uniqueName("owner"), 4)]);
  assert.deepEqual(await store.parked.totals(owner), { keys: 2, rows: 3, bytes: 250 });
}

async function nothing({ store, owner }: StoreScope): Promise<void> {
  await store.parked.add([]);
  await store.parked.remove(owner, idOf("a"), []);
}
