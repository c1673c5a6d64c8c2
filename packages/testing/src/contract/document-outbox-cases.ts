import assert from "node:assert/strict";
import type { Documents, WriteOutcome } from "@troupe/kernel";
import { entryOf, idOf, loadOne, type StoreContract, type StoreScope, storeTest, writeOf } from "./store-scope.ts";

/** The outbox inside the document: a map by sequence number. */
export function registerDocumentOutboxCases(contract: StoreContract): void {
  storeTest(contract, "a write adds to the outbox what it brings, and keeps what is there", outboxAdded);
  storeTest(contract, "a trim removes the named entries and leaves version and state", trimRemoves);
  storeTest(contract, "trims that race with writes lose no entry and bring none back", trimRace);
  storeTest(contract, "unsentSince stays until a trim that knows the last version says the outbox is empty", unsentSinceCleared);
  storeTest(contract, "unsent finds the documents whose outbox waits, by shard, age and limit", unsentFound);
  storeTest(contract, "trimming a document that is gone does nothing", async ({ documents }) => {
    await documents.trim([{ id: idOf("gone"), seqs: ["1"], emptyAt: 1 }]);
    assert.equal((await documents.load([idOf("gone")])).size, 0);
  });
}

/** Writes document `a` at a version, adding outbox entries. Bound to the documents of a test. */
const appender =
  (documents: Documents) =>
  (expected: number, seqs: readonly number[], updatedAt = 1000): Promise<readonly WriteOutcome[]> =>
    documents.commit([
      writeOf({
        key: "a",
        expected,
        body: { updatedAt },
        outbox: Object.fromEntries(seqs.map((seq) => [`${seq}`, entryOf(`e${seq}`)])),
        nextSeq: Math.max(0, ...seqs) + 1,
      }),
    ]);

async function outboxAdded({ documents }: StoreScope): Promise<void> {
  const append = appender(documents);
  await append(0, [1, 2]);
  await append(1, [3]);
  assert.deepEqual(await append(1, [4]), [{ kind: "conflict" }]);
  const document = await loadOne(documents, idOf("a"));
  assert.deepEqual(document.outbox, { 1: entryOf("e1"), 2: entryOf("e2"), 3: entryOf("e3") });
  assert.equal(document.nextSeq, 4);
}

async function trimRemoves({ documents }: StoreScope): Promise<void> {
  const append = appender(documents);
  await append(0, [1, 2, 3]);
  const before = await loadOne(documents, idOf("a"));
  await documents.trim([{ id: idOf("a"), seqs: ["1", "3", "8"], emptyAt: null }]);
  assert.deepEqual(await loadOne(documents, idOf("a")), { ...before, outbox: { 2: entryOf("e2") } });
  assert.deepEqual(await append(1, [4]), [{ kind: "ok" }], "a trim does not raise the version");
}

async function trimRace({ documents, second, owner }: StoreScope): Promise<void> {
  const append = appender(documents);
  const other = (await second()).documents(owner);
  await append(0, [1]);
  const trims: Array<Promise<void>> = [];
  for (let version = 1; version <= 30; version++) {
    trims.push(other.trim([{ id: idOf("a"), seqs: [`${version}`], emptyAt: version }]));
    assert.deepEqual(await append(version, [version + 1]), [{ kind: "ok" }]);
  }
  await Promise.all(trims);
  const document = await loadOne(documents, idOf("a"));
  assert.deepEqual(document.outbox, { 31: entryOf("e31") });
  assert.equal(document.version, 31);
  assert.notEqual(document.unsentSince, null, "an entry waits, so the sweep must find it");
}

async function unsentSinceCleared({ documents }: StoreScope): Promise<void> {
  const append = appender(documents);
  const since = async () => (await loadOne(documents, idOf("a"))).unsentSince;
  await append(0, [], 900);
  assert.equal(await since(), null);
  await append(1, [1], 1000);
  assert.equal(await since(), 1000);
  await append(2, [2], 2000);
  assert.equal(await since(), 1000, "the oldest entry counts");
  await append(3, [], 3000);
  await documents.trim([{ id: idOf("a"), seqs: ["1"], emptyAt: null }]);
  assert.equal(await since(), 1000);
  await documents.trim([{ id: idOf("a"), seqs: ["2"], emptyAt: 3 }]);
  assert.deepEqual([await since(), (await loadOne(documents, idOf("a"))).outbox], [1000, {}], "version 3 is not the last one");
  await documents.trim([{ id: idOf("a"), seqs: [], emptyAt: 4 }]);
  assert.equal(await since(), null);
  await append(4, [3], 5000);
  assert.equal(await since(), 5000);
  await append(5, [4], 6000);
  await documents.trim([{ id: idOf("a"), seqs: ["4"], emptyAt: 6 }]);
  assert.equal(await since(), 5000, "an entry that somebody else wrote waits, and the sweep must find it");
}

async function unsentFound({ documents }: StoreScope): Promise<void> {
  const outbox = { 1: entryOf("e") };
  const writes = Array.from({ length: 6 }, (_, at) =>
    writeOf({ key: `d${at}`, expected: 0, shard: at % 3, body: { updatedAt: 1000 + at }, outbox, nextSeq: 2 }),
  );
  await documents.commit([...writes, writeOf({ key: "sent", expected: 0, shard: 0, body: { updatedAt: 1 } })]);
  const keys = async (shards: readonly number[] | null, before: number, limit = 10) =>
    (await documents.unsent({ shards, before, limit })).map(({ id }) => id.slice(-2)).sort();
  assert.deepEqual(await keys(null, 2000), ["d0", "d1", "d2", "d3", "d4", "d5"]);
  assert.deepEqual(await keys([0, 2], 2000), ["d0", "d2", "d3", "d5"]);
  assert.deepEqual(await keys([1], 1003), ["d1"]);
  assert.deepEqual(await keys([], 2000), []);
  assert.equal((await keys(null, 2000, 4)).length, 4);
  const [found] = await documents.unsent({ shards: [0], before: 1001, limit: 1 });
  assert.deepEqual(found?.outbox, outbox);
}
