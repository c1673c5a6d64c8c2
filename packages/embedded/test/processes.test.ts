import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Bus, BusRecord } from "@troupe/kernel";
import { until } from "@troupe/testing";
import { openAt, scratch } from "./open.ts";

type Line = { readonly acked?: string; readonly read?: string; readonly assigned?: number; readonly closed?: boolean };
type Other = { readonly process: ChildProcess; readonly lines: readonly Line[]; readonly exited: Promise<unknown> };

function start(file: string, mode: "write" | "read"): Other {
  const child = spawn(process.execPath, [fileURLToPath(new URL("child.ts", import.meta.url)), file, mode], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => void lines.push(JSON.parse(line) as Line)); // written by child.ts
  return { process: child, lines, exited: once(child, "exit") };
}

/** Ends a child whatever the test has come to. */
async function withChildren(run: (start: (mode: "write" | "read") => Other, file: string) => Promise<void>): Promise<void> {
  const { file, dispose } = scratch();
  const others: Other[] = [];
  try {
    await run((mode) => {
      const other = start(file, mode);
      others.push(other);
      return other;
    }, file);
  } finally {
    for (const other of others) other.process.kill("SIGKILL");
    await Promise.all(others.map(({ exited }) => exited));
    await dispose();
  }
}

async function join(bus: Bus, group: string) {
  const records: BusRecord[] = [];
  let held = 0;
  const subscription = await bus.subscribe({
    group,
    topics: ["orders", "plain"],
    onBatch: (batch) => {
      records.push(...batch.records);
      subscription.settle(batch);
    },
    onAssigned: (assignment) => {
      held = assignment.length;
    },
    onRevoked: () => {},
    onHealth: () => {},
  });
  return { records, held: () => held };
}

const TOPICS = [
  { topic: "orders", partitions: 4 },
  { topic: "plain", partitions: 4 },
];
const nameOf = ({ topic, partition, offset }: BusRecord): string => `${topic}/${partition}/${offset}`;

describe("one file, several processes", () => {
  const options = { timeout: 60_000 };
  test("after kill -9 in the middle everything acknowledged is there, and documents and records belong together", options, () =>
    withChildren(killedWriter),
  );
  test("partitions of a killed process move at once, long before its lease ends", options, () => withChildren(killedMember));
  test("two processes of a group read everything once between them, and one that leaves hands over", options, () =>
    withChildren(sharedGroup),
  );
  test("a process that writes without pause does not keep another from writing", options, () => withChildren(fairLock));
});

type Start = (mode: "write" | "read") => Other;

async function killedWriter(start: Start, file: string): Promise<void> {
  const writer = start("write");
  const acked = () => writer.lines.flatMap((line) => line.acked ?? []);
  await until(() => acked().length >= 300, { what: "300 acknowledged works" });
  writer.process.kill("SIGKILL");
  await writer.exited;
  const { bus, store, close } = openAt(file);
  const member = await join(bus, "audit");
  const ends = await bus.admin.endOffsets(["orders", "plain"]);
  await until(() => member.records.length >= ends.reduce((sum, { end }) => sum + end, 0), { what: "the whole log" });
  const keys = (topic: string) =>
    member.records.filter((record) => record.topic === topic).map(({ value }) => Buffer.from(value ?? []).toString());
  const [orders, plain] = [new Set(keys("orders")), new Set(keys("plain"))];
  for (const key of acked()) assert.ok(orders.has(key) && plain.has(key), `${key} was acknowledged`);
  const stored = await store.documents("child").load([...orders]);
  assert.equal(stored.size, orders.size, "a document for each record");
  assert.deepEqual(await store.documents("child").countByStatus(), { done: orders.size }, "and a record for each document");
  assert.equal(keys("orders").length, orders.size, "no record twice");
  await close();
}

async function killedMember(start: Start, file: string): Promise<void> {
  const { bus, close } = openAt(file);
  await bus.admin.ensureTopics(TOPICS);
  const stays = await join(bus, "shared");
  const dies = start("read");
  await until(() => stays.held() === 4 && dies.lines.some(({ assigned }) => assigned === 4), { what: "four partitions each" });
  dies.process.kill("SIGKILL");
  await dies.exited;
  const began = performance.now();
  await until(() => stays.held() === 8, { what: "all partitions back" });
  const took = performance.now() - began;
  assert.ok(took < 2_000, `took ${took} ms; a lease lasts 10,000`);
  await close();
}

async function sharedGroup(start: Start, file: string): Promise<void> {
  const { bus, close } = openAt(file);
  await bus.admin.ensureTopics(TOPICS);
  const here = await join(bus, "shared");
  const there = start("read");
  const seen = (): string[] => [...here.records.map(nameOf), ...there.lines.flatMap((line) => line.read ?? [])];
  await until(() => here.held() === 4 && there.lines.some(({ assigned }) => assigned === 4), { what: "four partitions each" });
  await publishRounds(bus, "first");
  await until(() => seen().length >= 200, { what: "200 records over both processes" });
  assert.deepEqual([new Set(seen()).size, seen().length], [200, 200], "each once");
  assert.ok(there.lines.some(({ read }) => read !== undefined) && here.records.length > 0, "both read");
  there.process.stdin?.end();
  await there.exited;
  assert.ok(
    there.lines.some(({ closed }) => closed === true),
    "it left in order",
  );
  await until(() => here.held() === 8, { what: "all partitions here" });
  await publishRounds(bus, "second");
  await until(() => seen().length >= 400, { what: "400 records" });
  assert.deepEqual([new Set(seen()).size, seen().length], [400, 400], "each once");
  await close();
}

async function publishRounds(bus: Bus, name: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const keys = ["a", "b", "c", "d", "e"].map((key) => `${name}-${key}-${round}`);
    await bus.publish(TOPICS.flatMap(({ topic }) => keys.map((key) => ({ topic, key, value: Buffer.from(key), headers: {} }))));
  }
}

async function fairLock(start: Start, file: string): Promise<void> {
  const writer = start("write");
  await until(() => writer.lines.some(({ acked }) => acked !== undefined), { what: "the other writing" });
  const { bus, close } = openAt(file);
  let worst = 0;
  for (let at = 0; at < 50; at++) {
    const began = performance.now();
    await bus.publish([{ topic: "plain", key: `${at}`, value: null, headers: {} }]);
    worst = Math.max(worst, performance.now() - began);
  }
  assert.ok(worst < 2_000, `the longest publish took ${worst} ms`);
  await close();
}
