import assert from "node:assert/strict";
import { historyOf, idOf, kindsOf, loadOne, type StoreContract, type StoreScope, storedAs, storeTest, writeOf } from "./store-scope.ts";

/** Versioned writes. */
export function registerDocumentWriteCases(contract: StoreContract): void {
  storeTest(contract, "a write at version 0 creates the document as version 1", creates);
  storeTest(contract, "a write at version 0 conflicts when the document exists, and changes nothing", createsOnce);
  storeTest(contract, "a write at the stored version replaces the body and raises the version by one", updates);
  storeTest(contract, "a write at another version conflicts, and changes nothing", conflicts);
  storeTest(contract, "of many writers at one version exactly one wins", racers);
  storeTest(contract, "of many creators exactly one wins", creators);
  storeTest(contract, "a document that is not there is not created by an update", noResurrection);
  storeTest(contract, "a bulk tells the outcome of each write in order, and applies the good ones", mixedBulk);
  storeTest(contract, "history is appended in order, and only by writes that apply", historyAppended);
  storeTest(contract, "owners do not see each other's documents", ownersIsolated);
  storeTest(contract, "a document too large for the store is refused, its neighbours apply", largeRefused);
  storeTest(contract, "committing and loading nothing is allowed", nothing);
}

async function creates({ documents }: StoreScope): Promise<void> {
  const write = writeOf({ key: "a", expected: 0, shard: 77 });
  assert.deepEqual(await documents.commit([write]), [{ kind: "ok" }]);
  const found = await documents.load([write.id, idOf("missing")]);
  assert.deepEqual([...found.keys()], [write.id]);
  assert.deepEqual(found.get(write.id), storedAs(write));
}

async function createsOnce({ documents }: StoreScope): Promise<void> {
  const first = writeOf({ key: "a", expected: 0 });
  await documents.commit([first]);
  const second = writeOf({ key: "a", expected: 0, body: { status: "other" }, history: historyOf(1, 1) });
  assert.deepEqual(await documents.commit([second]), [{ kind: "conflict" }]);
  assert.deepEqual(await loadOne(documents, first.id), storedAs(first));
  assert.deepEqual(await documents.history(first.id), []);
}

async function updates({ documents }: StoreScope): Promise<void> {
  const writes = [0, 1, 2].map((expected) =>
    writeOf({ key: "a", expected, shard: 5, body: { status: `s${expected}`, state: { n: expected }, dueAt: expected === 1 ? 99 : null } }),
  );
  for (const write of writes) {
    assert.deepEqual(await documents.commit([write]), [{ kind: "ok" }]);
    assert.deepEqual(await loadOne(documents, write.id), storedAs(write));
  }
}

async function conflicts({ documents }: StoreScope): Promise<void> {
  const current = writeOf({ key: "a", expected: 1 });
  await documents.commit([writeOf({ key: "a", expected: 0 })]);
  await documents.commit([current]);
  for (const expected of [0, 1, 3]) {
    const late = writeOf({ key: "a", expected, body: { status: "late" }, history: historyOf(1, 2) });
    assert.deepEqual(await documents.commit([late]), [{ kind: "conflict" }], `expected ${expected} while 2 is stored`);
  }
  assert.deepEqual(await loadOne(documents, current.id), storedAs(current));
  assert.deepEqual(await documents.history(current.id), []);
}

async function racers({ documents, second, owner }: StoreScope): Promise<void> {
  const other = (await second()).documents(owner);
  await documents.commit([writeOf({ key: "a", expected: 0 })]);
  for (let version = 1; version <= 5; version++) {
    const writes = Array.from({ length: 20 }, (_, at) =>
      writeOf({ key: "a", expected: version, history: historyOf(version, version), w: `${at}` }),
    );
    const results = await Promise.all(writes.map((write, at) => (at % 2 === 0 ? documents : other).commit([write])));
    const kinds = kindsOf(results.flat());
    assert.equal(kinds.filter((kind) => kind === "ok").length, 1, `one winner at version ${version}`);
    assert.equal(kinds.filter((kind) => kind === "conflict").length, 19);
    const stored = await loadOne(other, idOf("a"));
    assert.deepEqual([stored.version, stored.w], [version + 1, `${kinds.indexOf("ok")}`]);
  }
  assert.deepEqual(
    await documents.history(idOf("a")),
    [1, 2, 3, 4, 5].map((order) => ({ ...historyOf(order, order)[0] })),
  );
}

async function creators({ documents, second, owner }: StoreScope): Promise<void> {
  const other = (await second()).documents(owner);
  const writes = Array.from({ length: 20 }, (_, at) => writeOf({ key: "a", expected: 0, w: `${at}` }));
  const kinds = kindsOf((await Promise.all(writes.map((write, at) => (at % 2 === 0 ? documents : other).commit([write])))).flat());
  assert.deepEqual(
    kinds.filter((kind) => kind !== "conflict"),
    ["ok"],
  );
  assert.equal((await loadOne(documents, idOf("a"))).w, `${kinds.indexOf("ok")}`);
}

async function noResurrection({ documents }: StoreScope): Promise<void> {
  const [ghost, present] = [writeOf({ key: "ghost", expected: 3 }), writeOf({ key: "present", expected: 0 })];
  assert.deepEqual(await documents.commit([ghost]), [{ kind: "conflict" }]);
  assert.deepEqual(await documents.commit([ghost, present]), [{ kind: "conflict" }, { kind: "ok" }]);
  assert.deepEqual([...(await documents.load([ghost.id, present.id])).keys()], [present.id]);
  assert.deepEqual(await documents.history(ghost.id), []);
}

async function mixedBulk({ documents }: StoreScope): Promise<void> {
  await documents.commit(["a", "b", "c"].map((key) => writeOf({ key, expected: 0 })));
  const bulk = [
    writeOf({ key: "a", expected: 1 }),
    writeOf({ key: "new", expected: 0 }),
    writeOf({ key: "b", expected: 7 }),
    writeOf({ key: "c", expected: 0 }),
    writeOf({ key: "ghost", expected: 1 }),
    ...Array.from({ length: 200 }, (_, at) => writeOf({ key: `many-${at}`, expected: at % 2 })),
  ];
  const kinds = kindsOf(await documents.commit(bulk));
  assert.deepEqual(kinds.slice(0, 5), ["ok", "ok", "conflict", "conflict", "conflict"]);
  assert.deepEqual(
    kinds.slice(5),
    Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? "ok" : "conflict")),
  );
  const found = await documents.load(bulk.map(({ id }) => id));
  assert.deepEqual(
    [...found.values()]
      .filter(({ id }) => !id.includes("many"))
      .map(({ id, version }) => `${id} ${version}`)
      .sort(),
    [`${idOf("a")} 2`, `${idOf("b")} 1`, `${idOf("c")} 1`, `${idOf("new")} 1`],
  );
  assert.equal(found.size, 104);
}

async function historyAppended({ documents }: StoreScope): Promise<void> {
  const write = (expected: number, from: number, to: number) => writeOf({ key: "a", expected, history: historyOf(from, to) });
  await documents.commit([write(0, 1, 3)]);
  await documents.commit([write(1, 4, 4)]);
  assert.deepEqual(await documents.commit([write(1, 4, 9)]), [{ kind: "conflict" }]);
  await documents.commit([writeOf({ key: "a", expected: 2 })]);
  await documents.commit([write(3, 5, 12)]);
  const history = await documents.history(idOf("a"));
  assert.deepEqual(
    history.map(({ order }) => order),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  );
  assert.deepEqual(history[3], historyOf(4, 4)[0]);
  assert.deepEqual(await documents.history(idOf("missing")), []);
}

async function ownersIsolated({ store, documents, owner }: StoreScope): Promise<void> {
  const other = store.documents(`${owner}-other`);
  const [mine, theirs] = [
    writeOf({ key: "a", expected: 0, body: { dueAt: 5 } }),
    writeOf({ key: "a", expected: 0, body: { status: "theirs" } }),
  ];
  assert.deepEqual(await documents.commit([mine]), [{ kind: "ok" }]);
  assert.equal((await other.load([mine.id])).size, 0);
  assert.deepEqual(await other.commit([theirs]), [{ kind: "ok" }]);
  assert.deepEqual(await loadOne(documents, mine.id), storedAs(mine));
  assert.deepEqual(await other.due({ shards: null, now: 10, limit: 10 }), []);
  assert.deepEqual(await documents.countByStatus(), { running: 1 });
  assert.deepEqual((await other.query({ limit: 10 })).documents, [storedAs(theirs)]);
}

async function largeRefused({ documents }: StoreScope): Promise<void> {
  const large = writeOf({ key: "large", expected: 0, body: { state: "x".repeat(17 * 1024 * 1024) } });
  const [before, after] = [writeOf({ key: "before", expected: 0 }), writeOf({ key: "after", expected: 0 })];
  assert.deepEqual(kindsOf(await documents.commit([before, large, after])), ["ok", "refused", "ok"]);
  assert.deepEqual([...(await documents.load([before.id, large.id, after.id])).keys()].sort(), [after.id, before.id]);
}

async function nothing({ documents }: StoreScope): Promise<void> {
  assert.deepEqual(await documents.commit([]), []);
  assert.equal((await documents.load([])).size, 0);
  await documents.trim([]);
}
