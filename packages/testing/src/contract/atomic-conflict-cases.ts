import assert from "node:assert/strict";
import { type ParkingRows, recordPlace } from "@troupe/kernel";
import { until } from "../until.ts";
import { type AtomicContract, type AtomicScope, atomicTest, withRecord, workOf } from "./atomic-scope.ts";
import { isError } from "./bus-admin-cases.ts";
import { textOf, textRecord } from "./bus-scope.ts";
import { letterOf } from "./dead-letters-contract.ts";
import { parkedRowOf } from "./parked-contract.ts";
import { entryOf, historyOf, idOf, kindsOf, loadOne, storedAs, writeOf } from "./store-scope.ts";

/** All of a work that may apply does, what may not takes its records with it. */
export function registerAtomicConflictCases(contract: AtomicContract): void {
  atomicTest(contract, "documents, history, records and dead letters of a work are there once it resolves", allThere);
  atomicTest(contract, "a record is seen only after the document that decided it", stateFirst);
  atomicTest(contract, "a write that conflicts drops its own records, the others apply", conflictDropsRecords);
  atomicTest(contract, "dead letters of a work are kept even when a write of it conflicts", lettersKept);
  atomicTest(contract, "rows of parked records come and go with the write that names them, never with one that conflicts", parkedRows);
  atomicTest(contract, "of many works on one document exactly one publishes", oneWinner);
  atomicTest(contract, "a document too large is refused with its records, the others apply", refusedDropsRecords);
  atomicTest(contract, "a work with a record that can't be written is rejected whole and harms no other", poisonWork);
  atomicTest(contract, "the outbox of a write is ignored", outboxIgnored);
  atomicTest(contract, "works and publishes of one process keep their order on a partition", orderKept);
}

async function allThere({ work, documents, store, topic, owner, written }: AtomicScope): Promise<void> {
  const name = await topic(4);
  const writes = ["a", "b"].map((key) => writeOf({ key, expected: 0, history: historyOf(1, 2) }));
  const outcome = await work.commitWork(
    workOf(owner, { writes: writes.map((write) => withRecord(write, name, write.id)), deadLetters: [letterOf(owner, 1)] }),
  );
  assert.deepEqual(outcome, { outcomes: [{ kind: "ok" }, { kind: "ok" }], offsetsStored: true });
  for (const write of writes) {
    assert.deepEqual(await loadOne(documents, write.id), storedAs(write));
    assert.deepEqual(await documents.history(write.id), historyOf(1, 2));
  }
  assert.equal(await written(name), 2);
  assert.deepEqual(await store.deadLetters.list({ group: owner, limit: 10 }), [letterOf(owner, 1)]);
  assert.deepEqual(await work.commitWork(workOf(owner, {})), { outcomes: [], offsetsStored: true });
}

async function stateFirst({ bus, work, documents, topic, owner, group }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const versions: Array<Promise<number>> = [];
  const subscription = await bus.subscribe({
    group: group(),
    topics: [name],
    onBatch: (batch) => {
      for (const record of batch.records) versions.push(loadOne(documents, idOf(textOf(record))).then(({ version }) => version));
      subscription.settle(batch);
    },
    onAssigned: () => {},
    onRevoked: () => {},
    onHealth: () => {},
  });
  for (let at = 0; at < 20; at++) {
    const write = writeOf({ key: `d${at}`, expected: 0 });
    await work.commitWork(workOf(owner, { writes: [withRecord(write, name, `d${at}`)] }));
  }
  await until(() => versions.length >= 20, { what: "20 records" });
  assert.deepEqual(await Promise.all(versions), new Array(20).fill(1));
  await subscription.stop();
}

async function conflictDropsRecords({ bus, work, documents, topic, owner, group, join }: AtomicScope): Promise<void> {
  const name = await topic(1);
  await documents.commit([writeOf({ key: "taken", expected: 0 })]);
  const writes = [
    withRecord(writeOf({ key: "taken", expected: 0, history: historyOf(1, 1) }), name, "lost"),
    withRecord(writeOf({ key: "free", expected: 0 }), name, "kept"),
    withRecord(writeOf({ key: "ghost", expected: 4 }), name, "lost too"),
  ];
  const outcome = await work.commitWork(workOf(owner, { writes }));
  assert.deepEqual(outcome, { outcomes: [{ kind: "conflict" }, { kind: "ok" }, { kind: "conflict" }], offsetsStored: false });
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 1, { what: "the record of the winner" });
  assert.deepEqual(member.records.map(textOf), ["kept"]);
  assert.deepEqual(await documents.history(idOf("taken")), []);
}

async function lettersKept({ work, store, owner }: AtomicScope): Promise<void> {
  const writes = [{ write: writeOf({ key: "ghost", expected: 4 }), records: [] }];
  const lost = workOf(owner, { writes, deadLetters: [letterOf(owner, 1)] });
  assert.equal((await work.commitWork(lost)).offsetsStored, false);
  await work.commitWork(lost);
  assert.equal((await store.deadLetters.list({ group: owner, limit: 10 })).length, 1, "kept, and once");
}

async function parkedRows({ work, store, owner }: AtomicScope): Promise<void> {
  const rows = [1, 2].map((offset) => parkedRowOf(owner, offset));
  const commit = (expected: number, parking: ParkingRows) =>
    work.commitWork(workOf(owner, { writes: [{ write: writeOf({ key: "a", expected }), records: [], parking }] }));
  const kept = () => store.parked.load(owner, idOf("a"));
  await commit(0, { add: rows, remove: [] });
  assert.deepEqual(await kept(), rows);
  assert.deepEqual(kindsOf((await commit(0, { add: [parkedRowOf(owner, 3)], remove: rows.map(recordPlace) })).outcomes), ["conflict"]);
  assert.deepEqual(await kept(), rows);
  await commit(1, { add: [parkedRowOf(owner, 3)], remove: rows.map(recordPlace) });
  assert.deepEqual(await kept(), [parkedRowOf(owner, 3)]);
}

async function oneWinner({ work, secondWork, owner, topic, written, documents }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const other = await secondWork();
  for (let version = 0; version < 5; version++) {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? work : other.work).commitWork(
          workOf(owner, { writes: [withRecord(writeOf({ key: "a", expected: version, w: `${at}` }), name, `${at}`)] }),
        ),
      ),
    );
    const kinds = results.flatMap(({ outcomes }) => kindsOf(outcomes));
    assert.equal(kinds.filter((kind) => kind === "ok").length, 1);
    assert.equal(results.filter(({ offsetsStored }) => offsetsStored).length, 1);
    assert.equal(await written(name), version + 1);
    assert.equal((await loadOne(documents, idOf("a"))).w, `${kinds.indexOf("ok")}`);
  }
}

async function refusedDropsRecords({ work, owner, topic, written, documents }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const large = writeOf({ key: "large", expected: 0, body: { state: "x".repeat(17 * 1024 * 1024) } });
  const writes = [withRecord(large, name, "lost"), withRecord(writeOf({ key: "small", expected: 0 }), name, "kept")];
  const { outcomes, offsetsStored } = await work.commitWork(workOf(owner, { writes }));
  assert.deepEqual(kindsOf(outcomes), ["refused", "ok"]);
  assert.equal(offsetsStored, false);
  assert.equal(await written(name), 1);
  assert.equal((await documents.load([idOf("large")])).size, 0);
}

async function poisonWork({ bus, work, owner, topic, written, documents }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const good = (key: string) => work.commitWork(workOf(owner, { writes: [withRecord(writeOf({ key, expected: 0 }), name, key)] }));
  const bad = (key: string, record: { topic: string; value: Uint8Array }) =>
    work.commitWork(
      workOf(owner, {
        writes: [{ write: writeOf({ key, expected: 0 }), records: [textRecord(name, key, key), { ...record, key, headers: {} }] }],
      }),
    );
  const [first, unknown, large, last] = await Promise.allSettled([
    good("a"),
    bad("b", { topic: `${name}-missing`, value: new Uint8Array(1) }),
    bad("c", { topic: name, value: new Uint8Array(bus.maxRecordBytes + 1) }),
    good("d"),
  ]);
  assert.deepEqual([first.status, last.status], ["fulfilled", "fulfilled"]);
  assert.ok(unknown.status === "rejected" && isError("TOPIC_UNKNOWN")(unknown.reason));
  assert.ok(large.status === "rejected" && isError("RECORD_TOO_LARGE")(large.reason));
  assert.equal(await written(name), 2);
  const found = await documents.load(["a", "b", "c", "d"].map((key) => idOf(key)));
  assert.deepEqual([...found.keys()].sort(), [idOf("a"), idOf("d")]);
}

async function outboxIgnored({ work, owner, documents }: AtomicScope): Promise<void> {
  const write = writeOf({ key: "a", expected: 0, outbox: { 1: entryOf("e") }, nextSeq: 2 });
  await work.commitWork(workOf(owner, { writes: [{ write, records: [] }] }));
  const stored = await loadOne(documents, write.id);
  assert.deepEqual([stored.outbox, stored.unsentSince], [{}, null]);
}

async function orderKept({ bus, work, owner, topic, group, join }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const pending: Array<Promise<unknown>> = [];
  for (let at = 0; at < 40; at++) {
    const record = textRecord(name, "same", `${at}`);
    pending.push(
      at % 2 === 0
        ? bus.publish([record])
        : work.commitWork(workOf(owner, { writes: [{ write: writeOf({ key: `d${at}`, expected: 0 }), records: [record] }] })),
    );
  }
  await Promise.all(pending);
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 40, { what: "40 records" });
  assert.deepEqual(
    member.records.map(textOf),
    Array.from({ length: 40 }, (_, at) => `${at}`),
  );
}
