import assert from "node:assert/strict";
import { partitionOf } from "@troupe/kernel";
import { until } from "../until.ts";
import { type BusContract, type BusScope, busTest, keysByPartition, series, textOf, textRecord } from "./bus-scope.ts";

/** Where a group reads on. */
export function registerBusOffsetCases(contract: BusContract): void {
  busTest(contract, "a new group reads from the beginning", fromBeginning);
  busTest(contract, "every group reads everything", groupsIndependent);
  busTest(contract, "what was settled before a restart is not read again", settledStays);
  busTest(contract, "what is settled in the moment of stopping is committed", settledAtStop);
  busTest(contract, "what was not settled before a restart is read again", unsettledComesAgain);
  busTest(contract, "the next batch of a partition waits for settle, other partitions do not", nextAfterSettle);
  busTest(contract, "settling twice commits nothing beyond the batch", settleTwice);
  busTest(contract, "stop resolves, and no callback comes afterwards", silentAfterStop);
}

async function fromBeginning({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  await bus.publish(series(name, "a", 3));
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  await until(() => member.records.length >= 3, { what: "three records" });
  assert.deepEqual(member.assignments[0]?.partitions, [{ topic: name, partition: 0, position: 0 }]);
  await bus.publish(series(name, "b", 1));
  await until(() => member.records.length >= 4, { what: "the record published while subscribed" });
  assert.deepEqual(member.records.map(textOf), ["a-0", "a-1", "a-2", "b-0"]);
}

async function groupsIndependent({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(2);
  await bus.publish([...series(name, "a", 3), ...series(name, "b", 3)]);
  const members = [
    await join(bus, { group: group(), topics: [name], settle: "each" }),
    await join(bus, { group: group(), topics: [name], settle: "never" }),
  ];
  for (const member of members) await until(() => member.records.length >= 6, { what: "six records in each group" });
}

async function settledStays({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const options = { group: group(), topics: [name], settle: "each" } as const;
  await bus.publish(series(name, "a", 5));
  const first = await join(bus, options);
  await until(() => first.records.length >= 5, { what: "five records" });
  await first.stop();
  await bus.publish(series(name, "b", 2));
  const next = await join(bus, options);
  await until(() => next.records.length >= 2, { what: "the two new records" });
  assert.deepEqual(next.records.map(textOf), ["b-0", "b-1"]);
  assert.deepEqual(next.assignments.at(-1)?.partitions, [{ topic: name, partition: 0, position: 5 }]);
}

async function settledAtStop({ bus, topic, group, join }: BusScope): Promise<void> {
  const [name, own] = [await topic(1), group()];
  await bus.publish(series(name, "a", 2));
  const member = await join(bus, { group: own, topics: [name], settle: "never" });
  await until(() => member.records.length >= 1, { what: "the first batch" });
  const batch = member.batches[0];
  assert.ok(batch);
  member.settle(batch);
  await member.stop();
  const [lag] = await bus.admin.groupLag(own, [name]);
  assert.equal(lag?.committed, batch.nextOffset);
}

async function unsettledComesAgain({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const options = { group: group(), topics: [name] } as const;
  await bus.publish(series(name, "a", 2));
  const first = await join(bus, { ...options, settle: "never" });
  await until(() => first.records.length >= 1, { what: "the first batch" });
  await first.stop();
  const next = await join(bus, { ...options, settle: "each" });
  await until(() => next.records.length >= 2, { what: "both records again" });
  assert.deepEqual(next.records.map(textOf), ["a-0", "a-1"]);
}

async function nextAfterSettle({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(2);
  const [held = "", free = ""] = keysByPartition(2, partitionOf);
  const member = await join(bus, { group: group(), topics: [name], settle: "never" });
  const of = (partition: number) => member.batches.filter((batch) => batch.partition === partition);
  await bus.publish([textRecord(name, held, "first")]);
  const first = await until(() => of(0)[0], { what: "the first batch" });
  await bus.publish([textRecord(name, held, "second")]);
  // The other partition is the sign that reading went on: it is settled and read on several times meanwhile.
  for (let round = 0; round < 3; round++) {
    await bus.publish([textRecord(name, free, `free ${round}`)]);
    const batch = await until(() => of(1)[round], { what: `batch ${round} of the other partition` });
    member.settle(batch);
  }
  assert.equal(of(0).length, 1, "no further batch before settle");
  member.settle(first);
  const second = await until(() => of(0)[1], { what: "the second batch after settle" });
  assert.deepEqual(second.records.map(textOf), ["second"]);
}

async function settleTwice({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const options = { group: group(), topics: [name] } as const;
  await bus.publish(series(name, "a", 1));
  const first = await join(bus, { ...options, settle: "never" });
  const batch = await until(() => first.batches[0], { what: "the first batch" });
  first.settle(batch);
  await bus.publish(series(name, "b", 1));
  await until(() => first.batches[1], { what: "the second batch" });
  first.settle(batch);
  await first.stop();
  const next = await join(bus, { ...options, settle: "each" });
  await until(() => next.records.length >= 1, { what: "the unsettled record again" });
  assert.deepEqual(next.records.map(textOf), ["b-0"]);
}

async function silentAfterStop({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const own = group();
  const stopped = await join(bus, { group: own, topics: [name], settle: "each" });
  await bus.publish(series(name, "a", 1));
  await until(() => stopped.records.length >= 1, { what: "the first record" });
  const began = performance.now();
  await stopped.stop();
  const took = performance.now() - began;
  assert.ok(took < 5_000, `stop took ${took} ms`);
  const calls = stopped.calls();
  await bus.publish(series(name, "b", 1));
  const next = await join(bus, { group: own, topics: [name], settle: "each" });
  await until(() => next.records.length >= 1, { what: "the next member reading on" });
  assert.equal(stopped.calls(), calls, "callbacks after stop");
  const batch = stopped.batches[0];
  assert.ok(batch);
  stopped.settle(batch); // must be harmless
}
