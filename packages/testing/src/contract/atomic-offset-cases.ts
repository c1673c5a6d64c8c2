import assert from "node:assert/strict";
import type { Batch, Work } from "@troupe/kernel";
import { until } from "../until.ts";
import { type AtomicContract, type AtomicScope, atomicTest, withRecord, workOf } from "./atomic-scope.ts";
import { series, textOf } from "./bus-scope.ts";
import { kindsOf, writeOf } from "./store-scope.ts";

/** Offsets move with the work or not at all. */
export function registerAtomicOffsetCases(contract: AtomicContract): void {
  atomicTest(contract, "offsets of a work are stored with it, and settle only reads on", offsetsWithWork);
  atomicTest(contract, "a conflict keeps the offsets of its work where they were", conflictKeepsOffsets);
  atomicTest(contract, "a stale epoch stores no offset, its documents stand", staleEpochKeepsOffsets);
  atomicTest(contract, "an epoch that never was stores no offset", unknownEpoch);
}

const offsetsOf = (batch: Batch): Work["offsets"] => [{ topic: batch.topic, partition: batch.partition, next: batch.nextOffset }];

async function offsetsWithWork({ bus, work, owner, topic, group, join }: AtomicScope): Promise<void> {
  const [name, own] = [await topic(1), group()];
  await bus.publish(series(name, "a", 2));
  const member = await join(bus, { group: own, topics: [name], settle: "never" });
  const batch = await until(() => member.batches[0], { what: "the first batch" });
  const outcome = await work.commitWork(
    workOf(owner, {
      membership: { group: own, epoch: batch.epoch },
      writes: [{ write: writeOf({ key: "a", expected: 0 }), records: [] }],
      offsets: offsetsOf(batch),
    }),
  );
  assert.deepEqual(outcome, { outcomes: [{ kind: "ok" }], offsetsStored: true });
  assert.deepEqual(await bus.admin.groupLag(own, [name]), [{ topic: name, partition: 0, committed: 2, end: 2 }]);
  member.settle(batch, { offsetStored: true });
  await bus.publish(series(name, "b", 1));
  await until(() => member.batches[1], { what: "the next batch" });
  await member.stop();
  const next = await join(bus, { group: own, topics: [name], settle: "each" });
  await until(() => next.records.length >= 1, { what: "the record that was not settled" });
  assert.deepEqual(next.records.map(textOf), ["b-0"]);
}

async function conflictKeepsOffsets({ bus, work, owner, topic, group, join, written }: AtomicScope): Promise<void> {
  const [name, out, own] = [await topic(1), await topic(1), group()];
  await bus.publish(series(name, "a", 1));
  const member = await join(bus, { group: own, topics: [name], settle: "never" });
  const batch = await until(() => member.batches[0], { what: "the first batch" });
  const outcome = await work.commitWork(
    workOf(owner, {
      membership: { group: own, epoch: batch.epoch },
      writes: [withRecord(writeOf({ key: "a", expected: 0 }), out, "kept"), withRecord(writeOf({ key: "b", expected: 9 }), out, "lost")],
      offsets: offsetsOf(batch),
    }),
  );
  assert.deepEqual(kindsOf(outcome.outcomes), ["ok", "conflict"]);
  assert.equal(outcome.offsetsStored, false);
  assert.equal(await written(out), 1);
  assert.equal((await bus.admin.groupLag(own, [name]))[0]?.committed, 0);
}

async function staleEpochKeepsOffsets({ bus, work, owner, topic, group, join, second, documents }: AtomicScope): Promise<void> {
  const [name, own] = [await topic(2), group()];
  await bus.publish(["a", "b", "c", "d", "e"].flatMap((key) => series(name, key, 1)));
  const zombie = await join(bus, { group: own, topics: [name], settle: "never" });
  await until(() => zombie.batches.length >= 2, { what: "a batch of each partition" });
  const stale = [...zombie.batches];
  // The epoch is good before the other member comes: whoever remembers that must notice the change.
  const membership = { group: own, epoch: zombie.epoch() };
  assert.equal((await work.commitWork(workOf(owner, { membership }))).offsetsStored, true);
  const heir = await join(await second(), { group: own, topics: [name], settle: "never" });
  await until(() => heir.held().size === 1 && zombie.held().size === 1, { what: "one partition each" });
  for (const [at, batch] of stale.entries()) {
    const outcome = await work.commitWork(
      workOf(owner, {
        membership: { group: own, epoch: batch.epoch },
        writes: [{ write: writeOf({ key: `k${at}`, expected: 0 }), records: [] }],
        offsets: offsetsOf(batch),
      }),
    );
    assert.deepEqual(outcome, { outcomes: [{ kind: "ok" }], offsetsStored: false });
  }
  const lag = await bus.admin.groupLag(own, [name]);
  assert.deepEqual(
    lag.map(({ committed }) => committed),
    [0, 0],
  );
  assert.deepEqual(await documents.countByStatus(), { running: stale.length });
}

async function unknownEpoch({ work, owner, topic, group }: AtomicScope): Promise<void> {
  const name = await topic(1);
  const outcome = await work.commitWork(
    workOf(owner, { membership: { group: group(), epoch: 12345 }, offsets: [{ topic: name, partition: 0, next: 7 }] }),
  );
  assert.deepEqual(outcome, { outcomes: [], offsetsStored: false });
}
