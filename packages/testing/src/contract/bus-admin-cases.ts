import assert from "node:assert/strict";
import { partitionOf, TroupeError } from "@troupe/kernel";
import { until } from "../until.ts";
import { type BusContract, type BusScope, busTest, keysByPartition, series, textRecord, uniqueName } from "./bus-scope.ts";

/** Topics, ends and lag; and what publish refuses. */
export function registerBusAdminCases(contract: BusContract): void {
  busTest(contract, "ensureTopics may be repeated, and leaves the partitions of a topic that exists", ensureRepeated);
  busTest(contract, "endOffsets tells the end of each partition", endOffsets);
  busTest(contract, "groupLag tells committed and end of each partition", groupLag);
  busTest(contract, "a value of maxRecordBytes is taken, one byte more is RECORD_TOO_LARGE and writes nothing", tooLarge);
  busTest(contract, "a topic that does not exist is TOPIC_UNKNOWN and writes nothing", topicUnknown);
  busTest(contract, "the guarantees name the adapter", async ({ bus }) => assert.notEqual(bus.guarantees.adapter, ""));
}

async function ensureRepeated({ bus }: BusScope): Promise<void> {
  const [one, two] = [uniqueName("contract"), uniqueName("contract")];
  assert.deepEqual(await bus.admin.ensureTopics([{ topic: one, partitions: 3 }]), [{ topic: one, partitions: 3 }]);
  const again = await bus.admin.ensureTopics([
    { topic: two, partitions: 2 },
    { topic: one, partitions: 5 },
  ]);
  assert.deepEqual(again, [
    { topic: two, partitions: 2 },
    { topic: one, partitions: 3 },
  ]);
  const listed = await bus.admin.topics();
  assert.deepEqual(
    listed.filter(({ topic }) => topic === one),
    [{ topic: one, partitions: 3 }],
  );
  assert.deepEqual(await bus.admin.ensureTopics([]), []);
}

async function endOffsets({ bus, topic }: BusScope): Promise<void> {
  const [name, empty] = [await topic(2), await topic(1)];
  const [first = "", second = ""] = keysByPartition(2, partitionOf);
  await bus.publish([...series(name, first, 3), ...series(name, second, 2)]);
  const ends = await bus.admin.endOffsets([name, empty]);
  const sorted = [...ends].sort((a, b) => b.end - a.end);
  assert.deepEqual(sorted, [
    { topic: name, partition: 0, end: 3 },
    { topic: name, partition: 1, end: 2 },
    { topic: empty, partition: 0, end: 0 },
  ]);
}

async function groupLag({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const own = group();
  await bus.publish(series(name, "a", 3));
  assert.deepEqual(await bus.admin.groupLag(own, [name]), [{ topic: name, partition: 0, committed: 0, end: 3 }]);
  const member = await join(bus, { group: own, topics: [name], settle: "each" });
  await until(() => member.records.length >= 3, { what: "three records" });
  const committed = async (): Promise<number | undefined> => (await bus.admin.groupLag(own, [name]))[0]?.committed;
  await until(async () => (await committed()) === 3, { what: "the settled offset in groupLag" });
  await member.stop();
  await bus.publish(series(name, "a", 2));
  assert.deepEqual(await bus.admin.groupLag(own, [name]), [{ topic: name, partition: 0, committed: 3, end: 5 }]);
}

async function tooLarge({ bus, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(1);
  const large = (bytes: number) => ({ topic: name, key: "large", value: new Uint8Array(bytes).fill(7), headers: { ce_id: "large" } });
  await assert.rejects(bus.publish([textRecord(name, "a", "with it"), large(bus.maxRecordBytes + 1)]), isError("RECORD_TOO_LARGE"));
  assert.deepEqual(await bus.admin.endOffsets([name]), [{ topic: name, partition: 0, end: 0 }]);
  await bus.publish([large(bus.maxRecordBytes)]);
  const member = await join(bus, { group: group(), topics: [name], settle: "each" });
  const record = await until(() => member.records[0], { what: "the largest record" });
  assert.equal(record.value?.length, bus.maxRecordBytes);
}

async function topicUnknown({ bus, topic }: BusScope): Promise<void> {
  const [name, missing] = [await topic(1), uniqueName("missing")];
  const records = [textRecord(name, "a", "with it"), textRecord(missing, "a", "nowhere")];
  await assert.rejects(bus.publish(records), isError("TOPIC_UNKNOWN"));
  assert.deepEqual(await bus.admin.endOffsets([name]), [{ topic: name, partition: 0, end: 0 }]);
  const listed = await bus.admin.topics();
  assert.ok(!listed.some((spec) => spec.topic === missing), "the topic was not created by publishing");
}

/** Predicate for assert.rejects: a TroupeError of `code`. */
export const isError =
  (code: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof TroupeError, `a TroupeError, not ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  };
