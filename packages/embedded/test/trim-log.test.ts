import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { type BusRecord, partitionOf } from "@troupe/kernel";
import { manualClock, until } from "@troupe/testing";
import { type Embedded, openEmbedded } from "../src/index.ts";
import { scratch, silent } from "./open.ts";

const HOUR = 3_600_000;

/** A file with a clock of its own and a retention of an hour. */
async function opened(
  run: (open: Embedded, parts: { clock: ReturnType<typeof manualClock>; file: string }) => Promise<void>,
): Promise<void> {
  const { file, dispose } = scratch();
  const clock = manualClock();
  const open = openEmbedded({ file, clock, random: { next: Math.random }, log: silent, logRetentionMillis: HOUR });
  try {
    await open.bus.admin.ensureTopics([{ topic: "orders", partitions: 2 }]);
    await run(open, { clock, file });
  } finally {
    await open.close();
    await dispose();
  }
}

const say = ({ bus }: Embedded, count: number, { key = "a", bytes = 10 } = {}) =>
  bus.publish(Array.from({ length: count }, (_, at) => ({ topic: "orders", key, value: Buffer.alloc(bytes, at), headers: {} })));

/** A member of `group` that reads and, where it `settles`, commits. */
async function reader({ bus }: Embedded, group: string, { settles }: { readonly settles: boolean }) {
  const records: BusRecord[] = [];
  const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
  const subscription = await bus.subscribe({
    group,
    topics: ["orders"],
    ...quiet,
    onBatch: (batch) => {
      records.push(...batch.records);
      if (settles) subscription.settle(batch);
    },
  });
  return { records, stop: () => subscription.stop() };
}

const committed = async ({ bus }: Embedded, group: string) =>
  (await bus.admin.groupLag(group, ["orders"])).reduce((sum, lag) => sum + lag.committed, 0);

test("records go once they are older than the retention and every group has passed them; ends and offsets stay", () =>
  opened(async (open, { clock }) => {
    await say(open, 10);
    const swift = await reader(open, "swift", { settles: true });
    await until(async () => (await committed(open, "swift")) === 10, { what: "swift has read all" });
    assert.equal(await open.trimLog(), 0, "they are young");
    await clock.advance(HOUR + 1);
    await say(open, 3);
    await until(async () => (await committed(open, "swift")) === 13, { what: "swift has read all" });
    const ends = await open.bus.admin.endOffsets(["orders"]);
    assert.equal(await open.trimLog(), 10);
    assert.deepEqual(await open.bus.admin.endOffsets(["orders"]), ends);
    await swift.stop();
    const late = await reader(open, "late", { settles: true });
    await until(() => late.records.length === 3, { what: "what is left" });
    assert.deepEqual(
      late.records.map(({ offset }) => offset),
      [10, 11, 12],
    );
  }));

test("nothing goes that a group has not passed, also one that has committed nothing yet", () =>
  opened(async (open, { clock }) => {
    await say(open, 10);
    await reader(open, "swift", { settles: true });
    const slow = await reader(open, "slow", { settles: false });
    await until(async () => (await committed(open, "swift")) === 10 && slow.records.length > 0, { what: "both read" });
    await clock.advance(2 * HOUR);
    assert.equal(await open.trimLog(), 0);
    await slow.stop();
    const again = await reader(open, "slow", { settles: true });
    await until(async () => (await committed(open, "slow")) === 10, { what: "slow has read all" });
    assert.equal(again.records.length, 10);
    assert.equal(await open.trimLog(), 9, "all but the last, which says where the partition ends");
  }));

test("a partition whose records are all old keeps its end, and goes on from there", () =>
  opened(async (open, { clock }) => {
    await say(open, 5);
    await clock.advance(2 * HOUR);
    assert.equal(await open.trimLog(), 4);
    await say(open, 1);
    const end = (await open.bus.admin.endOffsets(["orders"]))[partitionOf("a", 2)]?.end;
    assert.equal(end, 6);
  }));

test("the space of removed records is given back to the disk", () =>
  opened(async (open, { clock, file }) => {
    for (let at = 0; at < 20; at++) await say(open, 50, { key: `${at}`, bytes: 4_000 });
    await clock.advance(2 * HOUR);
    await open.trimLog();
    await open.close();
    assert.ok(statSync(file).size < 1_000_000, `${statSync(file).size} bytes of 4 MB are left`);
  }));
