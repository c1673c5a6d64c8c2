import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Batch, Bus, OutboundRecord, SubscribeOptions, Subscription } from "@troupe/kernel";
import { uniqueName, until } from "@troupe/testing";
import { Kafka, logLevel } from "kafkajs";
import { BROKERS, memoryLog, openBus } from "./support.ts";

const record = (topic: string, text: string, bytes = 0): OutboundRecord => ({
  topic,
  key: "k",
  value: new Uint8Array(bytes),
  headers: { text },
});
const foreignClient = (): Kafka => new Kafka({ brokers: [...BROKERS], clientId: "foreign", logLevel: logLevel.NOTHING });

type Reading = { readonly batches: Batch[]; readonly texts: string[]; readonly epochs: number[]; readonly subscription: Subscription };

async function read(bus: Bus, topics: readonly string[], more: Partial<SubscribeOptions> = {}): Promise<Reading> {
  const batches: Batch[] = [];
  const texts: string[] = [];
  const epochs: number[] = [];
  const subscription = await bus.subscribe({
    group: uniqueName("group"),
    topics,
    onBatch(batch) {
      batches.push(batch);
      texts.push(...batch.records.map(({ headers }) => headers["text"] ?? ""));
    },
    onAssigned: (_, epoch) => void epochs.push(epoch),
    onRevoked: () => undefined,
    onHealth: () => undefined,
    ...more,
  });
  return { batches, texts, epochs, subscription };
}

async function withTopic(run: (scope: { bus: Bus; topic: string; log: ReturnType<typeof memoryLog> }) => Promise<void>): Promise<void> {
  const log = memoryLog();
  const bus = await openBus({ log });
  try {
    const topic = uniqueName("fear");
    await bus.admin.ensureTopics([{ topic, partitions: 1 }]);
    await run({ bus, topic, log });
  } finally {
    await bus.close();
  }
}

test("an absent broker is one sentence within a few seconds, nothing else on stdout or stderr", async () => {
  const script = `
    import { openKafka } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    import { explain } from "@troupe/kernel";
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log };
    const clock = { now: () => 0, sleep: async () => undefined };
    await openKafka({ brokers: ["127.0.0.1:1"], clientId: "c", clock, log }).catch((error) => console.log(explain(error)));`;
  const began = performance.now();
  const flags = ["--input-type=module", "--eval", script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
  assert.match(stdout, /^BUS_UNREACHABLE: No broker answers at 127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
  assert.equal(stdout.split("\n").length, 2, stdout);
  assert.equal(stderr, "");
  assert.ok(performance.now() - began < 8_000, `took ${performance.now() - began} ms`);
});

test("a partition that was paused for a slow batch is read on after settle", () =>
  withTopic(async ({ bus, topic }) => {
    const reading = await read(bus, [topic]);
    for (let round = 0; round < 3; round++) {
      await bus.publish([record(topic, `${round}`)]);
      const batch = await until(() => reading.batches[round], { what: `batch ${round}` });
      const paused = performance.now() + 250; // well beyond the grace after which the adapter pauses
      await until(() => performance.now() > paused, { what: "the pause" });
      reading.subscription.settle(batch);
    }
    assert.deepEqual(reading.texts, ["0", "1", "2"]);
  }));

test("a rebalance while a paused batch is in flight leaves no partition stuck", () =>
  withTopic(async ({ bus, topic }) => {
    const group = uniqueName("group");
    const stays = await read(bus, [topic], { group });
    await bus.publish([record(topic, "first")]);
    const stale = await until(() => stays.batches[0], { what: "the first batch" });
    const other = await openBus();
    try {
      const comes = await read(other, [topic], { group });
      await until(() => comes.epochs.length > 0 && stays.epochs.length > 1, { what: "the rebalance" });
      stays.subscription.settle(stale);
      await comes.subscription.stop();
    } finally {
      await other.close();
    }
    const again = await until(() => stays.batches.find((batch) => batch.epoch > stale.epoch) ?? null, { what: "the batch again" });
    stays.subscription.settle(again);
    await bus.publish([record(topic, "second")]);
    await until(() => stays.texts.includes("second"), { what: "the record after it" });
  }));

test("aborted and committed transactions of a foreign producer leave no gap, no aborted record and no lag", () =>
  withTopic(async ({ bus, topic, log }) => {
    const producer = foreignClient().producer({ transactionalId: uniqueName("tx"), maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    try {
      for (const [text, commits] of [
        ["a", true],
        ["b", false],
        ["c", true],
        ["d", false],
      ] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ key: "k", value: "v", headers: { text } }] });
        await (commits ? transaction.commit() : transaction.abort());
      }
    } finally {
      await producer.disconnect();
    }
    const group = uniqueName("group");
    const reading = await read(bus, [topic], { group });
    const settleAll = async (): Promise<boolean> => {
      for (const batch of reading.batches) reading.subscription.settle(batch);
      const [lag] = await bus.admin.groupLag(group, [topic]);
      return lag !== undefined && lag.committed === lag.end && lag.end === 8;
    };
    await until(settleAll, { what: "no lag" });
    assert.deepEqual(reading.texts, ["a", "c"]);
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "error"),
      [],
    );
  }));

test("records that were removed before they were read raise an alarm that names their offsets", () =>
  withTopic(async ({ bus, topic, log }) => {
    const group = uniqueName("group");
    await bus.publish([record(topic, "0"), record(topic, "1")]);
    const before = await read(bus, [topic], { group });
    await until(() => before.batches[0] !== undefined, { what: "the first batch" });
    for (const batch of before.batches) before.subscription.settle(batch);
    await before.subscription.stop();
    await bus.publish(["2", "3", "4", "5"].map((text) => record(topic, text)));
    const admin = foreignClient().admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic); // kafkajs deletes only in topics that it has metadata of
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "4" }] }).finally(() => admin.disconnect());
    const after = await read(bus, [topic], { group });
    await until(() => after.texts.length >= 2, { what: "what is left" });
    assert.deepEqual(after.texts, ["4", "5"]);
    const alarms = log.lines.filter(({ level }) => level === "error");
    assert.deepEqual(
      alarms.map(({ fields }) => [fields["topic"], fields["partition"], fields["from"], fields["to"]]),
      [[topic, 0, 2, 3]],
    );
  }));

test("after a topic that was used is deleted, new topics can still be written", () =>
  withTopic(async ({ bus, topic }) => {
    await bus.publish([record(topic, "x")]);
    const admin = foreignClient().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] }).finally(() => admin.disconnect());
    const next = uniqueName("fear");
    await bus.admin.ensureTopics([{ topic: next, partitions: 1 }]);
    // the engine sends again after BUS_UNREACHABLE; it must not fail for ever
    const publish = (): Promise<boolean> =>
      bus
        .publish([record(next, "y")])
        .then(() => true)
        .catch(() => false);
    await until(publish, { what: "a publish to the new topic", timeoutMs: 30_000 });
    await assert.rejects(bus.publish([record(topic, "x")]), { code: "TOPIC_UNKNOWN" });
  }));

test("many records of one partition are written in one call although together they exceed the broker's batch limit", () =>
  withTopic(async ({ bus, topic }) => {
    const texts = Array.from({ length: 12 }, (_, at) => `${at}`);
    await bus.publish(texts.map((text) => record(topic, text, 300_000)));
    const reading = await read(bus, [topic]);
    const settleNext = (): boolean => {
      for (const batch of reading.batches) reading.subscription.settle(batch);
      return reading.texts.length >= 12;
    };
    await until(settleNext, { what: "twelve records" });
    assert.deepEqual(reading.texts, texts);
  }));

test("a handler of batches that throws gets the batch again from a new consumer", () =>
  withTopic(async ({ bus, topic }) => {
    let calls = 0;
    const health: boolean[] = [];
    const reading = await read(bus, [topic], {
      onBatch() {
        calls++;
        if (calls === 1) throw new Error("broken");
      },
      onHealth: ({ healthy }) => void health.push(healthy),
    });
    await bus.publish([record(topic, "x")]);
    await until(() => calls >= 2, { what: "the batch again" });
    assert.deepEqual(health, [false, true]);
    await reading.subscription.stop();
  }));
