import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Batch, BusHealth, OutboundRecord, SubscribeOptions } from "@troupe/kernel";
import { uniqueName, until } from "@troupe/testing";
import type { Consumer, Producer } from "kafkajs";
import { createBrokers } from "../src/brokers.ts";
import { clientMaker, type NewClient } from "../src/client.ts";
import { createPublisher } from "../src/publisher.ts";
import { superviseSubscription } from "../src/subscription.ts";
import { BROKERS, clock, memoryLog, openBus } from "./support.ts";

/**
 * What kafkajs 2.2.4 is known to do wrong, each against our adapter on a real broker. Where the fault itself comes too rarely, the
 * client is made to have it: everything else stays real.
 */
const realClient = clientMaker({ brokers: BROKERS, clientId: "troupe-faults", clock, log: memoryLog() });
const record = (topic: string, text: string): OutboundRecord => ({ topic, key: "k", value: new Uint8Array(1), headers: { text } });

async function withTopic(run: (topic: string) => Promise<void>): Promise<void> {
  const bus = await openBus();
  const topic = uniqueName("fault");
  await bus.admin.ensureTopics([{ topic, partitions: 1 }]);
  await run(topic).finally(() => bus.close());
}

/** The client, changed by `consumer` or `producer` in the n-th instance that is made of it. */
function changed(change: {
  consumer?(real: Consumer, nth: number): Consumer;
  producer?(real: Producer, nth: number): Producer;
}): NewClient {
  let consumers = 0;
  let producers = 0;
  return (retry) => {
    const { kafka, end } = realClient(retry);
    const consumer: typeof kafka.consumer = (config) => change.consumer?.(kafka.consumer(config), ++consumers) ?? kafka.consumer(config);
    const producer: typeof kafka.producer = (config) => change.producer?.(kafka.producer(config), ++producers) ?? kafka.producer(config);
    return { kafka: Object.assign(Object.create(kafka), { consumer, producer }), end };
  };
}

type Reading = { readonly texts: string[]; readonly epochs: number[]; readonly health: BusHealth[]; readonly batches: Batch[] };

/** A supervised subscription that settles each batch when `settles` says so. */
async function read(
  newClient: NewClient,
  { topic, sessionTimeoutMs = 10_000, stallMs = 30_000, settles = () => true, ...more }: ReadOptions,
): Promise<Reading & { settle(batch: Batch): void; stop(): Promise<void> }> {
  const reading: Reading = { texts: [], epochs: [], health: [], batches: [] };
  const brokers = createBrokers(newClient, BROKERS.join());
  const log = memoryLog();
  const subscription = await superviseSubscription(
    { newClient, brokers, clock, log, sessionTimeoutMs, stallMs },
    {
      group: more.group ?? uniqueName("group"),
      topics: [topic],
      onBatch(batch) {
        reading.batches.push(batch);
        reading.texts.push(...batch.records.map(({ headers }) => headers["text"] ?? ""));
        if (settles(batch)) setImmediate(() => subscription.settle(batch));
      },
      onAssigned: (_, epoch) => void reading.epochs.push(epoch),
      onRevoked: () => undefined,
      onHealth: (health) => void reading.health.push(health),
    },
  );
  const stop = async (): Promise<void> => {
    await subscription.stop();
    await brokers.close();
  };
  return { ...reading, settle: (batch) => subscription.settle(batch), stop };
}
type ReadOptions = Partial<SubscribeOptions> & {
  readonly topic: string;
  readonly sessionTimeoutMs?: number;
  readonly stallMs?: number;
  readonly settles?: (batch: Batch) => boolean;
};

/** Lets real time pass while something must not happen: there is no event to wait for. */
async function passed(millis: number): Promise<void> {
  const end = performance.now() + millis;
  await until(() => performance.now() > end, { what: `${millis} ms`, timeoutMs: millis + 5_000 });
}

test("stuck partition: one that is held and never fetched again is seen, said, and read on by a new consumer", () =>
  withTopic(async (topic) => {
    // The first consumer never lets a paused partition go on, which is how the fault looks from outside.
    const newClient = changed({ consumer: (real, nth) => (nth === 1 ? Object.assign(Object.create(real), { resume: () => {} }) : real) });
    const reading = await read(newClient, { topic, stallMs: 2_000 });
    const bus = await openBus();
    try {
      await until(() => reading.epochs.length > 0, { what: "the first assignment" });
      await bus.publish([record(topic, "held")]);
      await until(() => reading.texts.includes("held"), { what: "the record of the stuck partition", timeoutMs: 30_000 });
      const [first] = reading.health;
      assert.equal(first?.healthy, false);
      assert.match(first?.healthy === false ? first.reason : "", /stands at 0 although there is more/);
      assert.equal(reading.health.at(-1)?.healthy, true);
    } finally {
      await reading.stop();
      await bus.close();
    }
  }));

test("rebalance loop: a batch that takes longer than a session costs no member its place", () =>
  withTopic(async (topic) => {
    const sessionTimeoutMs = 1_500;
    const reading = await read(realClient, { topic, sessionTimeoutMs, settles: () => false });
    const bus = await openBus();
    try {
      await until(() => reading.epochs.length > 0, { what: "the first assignment" });
      await bus.publish([record(topic, "slow")]);
      const slow = await until(() => reading.batches[0], { what: "the slow batch" });
      await passed(3 * sessionTimeoutMs);
      reading.settle(slow);
      await bus.publish([record(topic, "next")]);
      await until(() => reading.texts.includes("next"), { what: "the record behind it" });
      assert.deepEqual(reading.texts, ["slow", "next"]);
      assert.equal(reading.epochs.length, 1, "one assignment for all that time");
    } finally {
      await reading.stop();
      await bus.close();
    }
  }));

test("rebalance loop: four members that join at once come to rest, each with its share", async () => {
  const bus = await openBus();
  const topic = uniqueName("fault");
  await bus.admin.ensureTopics([{ topic, partitions: 4 }]);
  const group = uniqueName("group");
  const members = await Promise.all(Array.from({ length: 4 }, () => read(realClient, { topic, group, sessionTimeoutMs: 3_000 })));
  try {
    const rounds = () => members.map(({ epochs }) => epochs.length).join();
    await until(() => members.every(({ epochs }) => epochs.length > 0), { what: "an assignment for each", timeoutMs: 30_000 });
    let [seen, since] = ["", performance.now()];
    const restful = (): boolean => {
      if (rounds() !== seen) [seen, since] = [rounds(), performance.now()];
      return performance.now() - since > 6_000; // two sessions without a further round
    };
    await until(restful, { what: "rest", timeoutMs: 60_000 });
    const texts = Array.from({ length: 40 }, (_, at) => `${at}`);
    await bus.publish(texts.map((text) => ({ ...record(topic, text), key: text })));
    await until(() => members.flatMap((member) => member.texts).length >= 40, { what: "all records" });
    assert.deepEqual(
      members.flatMap((member) => member.texts).toSorted((a, b) => Number(a) - Number(b)),
      texts,
    );
    assert.ok(
      members.every((member) => member.texts.length > 0),
      "each reads something",
    );
  } finally {
    for (const member of members) await member.stop();
    await bus.close();
  }
});

test("sequence rewind: a send that was written although it failed is followed by the next ones, in order, each at least once", () =>
  withTopic(async (topic) => {
    let made = 0;
    const newClient = changed({
      producer(real, nth) {
        made = nth;
        const sendBatch: Producer["sendBatch"] = async (batch) => {
          const written = await real.sendBatch(batch);
          if (nth === 1) throw new Error("the reply was lost");
          return written;
        };
        return Object.assign(Object.create(real), { sendBatch });
      },
    });
    const brokers = createBrokers(realClient, BROKERS.join());
    const publisher = createPublisher({ newClient, brokers, address: BROKERS.join(), maxRecordBytes: 1_000_000 });
    const reading = await read(realClient, { topic });
    try {
      await assert.rejects(publisher.publish([record(topic, "a"), record(topic, "b")]), { code: "BUS_UNREACHABLE" });
      await publisher.publish([record(topic, "a"), record(topic, "b")]); // as the engine does
      await publisher.publish([record(topic, "c")]);
      await until(() => reading.texts.length >= 5, { what: "all records" });
      assert.deepEqual(reading.texts, ["a", "b", "a", "b", "c"]);
      assert.equal(made, 2, "a failed producer is used no more");
    } finally {
      await reading.stop();
      await publisher.close();
      await brokers.close();
    }
  }));

test("negative timeout: nothing is printed, an idle client sets no timer for nothing, and a process that closes its bus ends by itself", async () => {
  const script = `
    let timers = 0;
    const real = globalThis.setTimeout;
    globalThis.setTimeout = Object.assign((...given) => (timers++, real(...given)), real);
    const { openKafka } = await import(${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)});
    const { setTimeout: wait } = await import("node:timers/promises");
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log };
    const clock = { now: () => performance.now(), sleep: (millis, signal) => wait(millis, undefined, { signal }).catch(silent) };
    const bus = await openKafka({ brokers: ${JSON.stringify(BROKERS)}, clientId: "c", clock, log });
    const topic = ${JSON.stringify(uniqueName("fault"))};
    await bus.admin.ensureTopics([{ topic, partitions: 1 }]);
    const { promise: read, resolve } = Promise.withResolvers();
    const quiet = { onAssigned: silent, onRevoked: silent, onHealth: silent };
    await bus.subscribe({ group: topic, topics: [topic], ...quiet, onBatch: resolve });
    await bus.publish([{ topic, key: "k", value: new Uint8Array(1), headers: {} }]);
    await read;
    const before = timers;
    await wait(1_000);
    console.log(timers - before);
    await bus.close();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { timeout: 60_000 });
  assert.equal(stderr, "");
  const timers = Number(stdout);
  // Fetches, heartbeats and looks of the supervisor are some tens; each connection that looks for nothing would be hundreds.
  assert.ok(timers > 0 && timers < 200, `${timers} timers in a second`);
});
