import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "@troupe/kernel";
import { until } from "@troupe/testing";
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { Brokers } from "../src/brokers.ts";
import { Consumption } from "../src/consumption.ts";
import { clock, memoryLog } from "./support.ts";

/** What kafkajs was told, in order. The client is scripted here because no broker makes these moments on demand. */
function scripted() {
  const told: string[] = [];
  const batches: Batch[] = [];
  const epochs: number[] = [];
  let epoch = 0;
  const calls = {
    pause: () => void told.push("pause"),
    resume: () => void told.push("resume"),
    seek: ({ offset }: { offset: string }) => void told.push(`seek ${offset}`),
  };
  const brokers = {
    positions: async () => [{ topic: "t", partition: 0, first: 0, end: 9, committed: null, position: 0 }],
  };
  const consumption = new Consumption({
    consumer: calls as unknown as Consumer, // the three calls that Consumption makes
    brokers: brokers as unknown as Brokers, // the one question that Consumption asks
    clock,
    log: memoryLog(),
    nextEpoch: () => ++epoch,
    subscription: {
      group: "g",
      topics: ["t"],
      onBatch: (batch) => void batches.push(batch),
      onAssigned: (_, assigned) => void epochs.push(assigned),
      onRevoked: () => void told.push("revoked"),
      onHealth: () => undefined,
    },
  });
  const join = async (): Promise<void> => {
    const before = epochs.length;
    consumption.join({ t: [0] });
    await until(() => epochs.length > before, { what: "onAssigned" });
  };
  const fetch = (offset: number): void => {
    const message = { key: null, value: null, timestamp: "0", attributes: 0, offset: `${offset}`, headers: {} };
    const batch = { topic: "t", partition: 0, highWatermark: "9", messages: [message] };
    const payload = {
      batch: { ...batch, firstOffset: () => `${offset}`, lastOffset: () => `${offset}` },
      resolveOffset: (resolved: string) => void told.push(`resolve ${resolved}`),
      commitOffsetsIfNecessary: async () => void told.push("commit"),
    };
    void consumption.eachBatch(payload as unknown as EachBatchPayload); // the fields that Consumption reads
  };
  return { consumption, told, batches, epochs, join, fetch };
}

test("a member that was thrown out while it slept commits nothing when it joins again, else it rewinds what others read", async () => {
  const { consumption, told, batches, join, fetch } = scripted();
  await join();
  fetch(0);
  assert.ok(batches[0]);
  consumption.settle(batches[0], false);
  await join(); // UNKNOWN_MEMBER_ID: kafkajs joins without a REBALANCING event
  assert.deepEqual(told, ["pause", "seek 0", "resume", "resolve 0", "revoked", "pause", "seek 0", "resume"]);
});

test("a rebalance commits what is settled, before the next join", async () => {
  const { consumption, told, batches, join, fetch } = scripted();
  await join();
  fetch(0);
  assert.ok(batches[0]);
  consumption.settle(batches[0], false);
  consumption.revoke();
  assert.deepEqual(told.slice(3), ["resolve 0", "commit", "revoked"]);
});

test("a batch of an older epoch neither resolves, resumes nor commits", async () => {
  const { consumption, told, batches, epochs, join, fetch } = scripted();
  await join();
  fetch(0);
  await until(() => told.filter((what) => what === "pause").length === 2, { what: "the pause of a slow batch" });
  consumption.revoke();
  await join();
  const before = [...told];
  assert.ok(batches[0]);
  consumption.settle(batches[0], false);
  await consumption.commit();
  assert.deepEqual(told, before);
  assert.ok((epochs[1] ?? 0) > (epochs[0] ?? 0) + 1, "revoke and join each raise the epoch");
});

test("nothing is delivered before it is known where the assignment begins", async () => {
  const { consumption, batches, epochs, fetch } = scripted();
  consumption.join({ t: [0] });
  fetch(0);
  assert.deepEqual(batches, []);
  await until(() => epochs.length === 1, { what: "onAssigned" });
  fetch(0);
  assert.equal(batches.length, 1);
});
