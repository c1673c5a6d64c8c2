import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { Bus, TopicPartition } from "@troupe/kernel";
import { until } from "@troupe/testing";
import { openAt, scratch } from "./open.ts";

async function withBus(run: (bus: Bus, sql: (statements: string) => void) => Promise<void>): Promise<void> {
  const { file, dispose } = scratch();
  const { bus, close } = openAt(file);
  const sql = (statements: string): void => {
    const database = new DatabaseSync(file, { timeout: 2_000 });
    database.exec(statements);
    database.close();
  };
  try {
    await bus.admin.ensureTopics([{ topic: "orders", partitions: 4 }]);
    await run(bus, sql);
  } finally {
    await close();
    await dispose();
  }
}

async function join(bus: Bus) {
  const seen = { held: -1, epochs: [] as number[], revoked: [] as TopicPartition[], batches: 0 };
  await bus.subscribe({
    group: "g",
    topics: ["orders"],
    onBatch: () => {
      seen.batches++;
    },
    onAssigned: (assignment, epoch) => {
      seen.held = assignment.length;
      seen.epochs.push(epoch);
    },
    onRevoked: (partitions) => {
      seen.revoked.push(...partitions);
    },
    onHealth: () => {},
  });
  return seen;
}

/** A member of a process that lives (our parent), whose lease ends in so many milliseconds. */
const stranger = (leaseMillis: number): string => {
  const lease = Number(process.hrtime.bigint() / 1_000_000n) + leaseMillis;
  return `insert into member(grp, topics, lease, boot, space, pid, started)
    select grp, topics, ${lease}, boot, space, ${process.ppid}, '' from member limit 1;
    update grp set generation=generation+1`;
};

describe("membership", () => {
  test("a member whose process lives but renews no more is removed when its lease ends, not before", () =>
    withBus(async (bus, sql) => {
      const stays = await join(bus);
      await until(() => stays.held === 4, { what: "all partitions" });
      const began = performance.now();
      sql(stranger(600));
      await until(() => stays.held === 2, { what: "half of the partitions with the silent member" });
      await until(() => stays.held === 4, { what: "all partitions back" });
      const took = performance.now() - began;
      assert.ok(took > 550 && took < 3_000, `taken over after ${took} ms`);
    }));

  test("a member of an earlier start of the machine is removed at once", () =>
    withBus(async (bus, sql) => {
      const stays = await join(bus);
      await until(() => stays.held === 4, { what: "all partitions" });
      sql(`${stranger(60_000)}; update member set boot='before' where id=(select max(id) from member)`);
      await until(() => stays.epochs.length === 3 && stays.held === 4, { what: "all partitions back", timeoutMs: 3_000 });
    }));

  test("who finds itself removed gives everything back and joins again", () =>
    withBus(async (bus, sql) => {
      const member = await join(bus);
      await until(() => member.held === 4, { what: "all partitions" });
      sql("delete from member; update grp set generation=generation+1");
      await until(() => member.epochs.length === 2, { what: "the second assignment" });
      assert.equal(member.revoked.length, 4);
      assert.equal(member.held, 4);
      assert.deepEqual(
        member.epochs,
        [...member.epochs].sort((a, b) => a - b),
      );
    }));

  test("subscribing to a topic that is not there is refused, with those that are", () =>
    withBus(async (bus) => {
      const options = { group: "g", topics: ["order"], onBatch() {}, onAssigned() {}, onRevoked() {}, onHealth() {} };
      await assert.rejects(bus.subscribe(options), {
        code: "TOPIC_UNKNOWN",
        message: "Topic `order` does not exist; existing are orders.",
      });
    }));

  test("a callback that throws does not stop the stream", () =>
    withBus(async (bus) => {
      let batches = 0;
      const subscription = await bus.subscribe({
        group: "g",
        topics: ["orders"],
        onBatch: (batch) => {
          batches++;
          subscription.settle(batch);
          throw new Error("broken handler");
        },
        onAssigned: () => {
          throw new Error("broken too");
        },
        onRevoked() {},
        onHealth() {},
      });
      for (let at = 0; at < 3; at++) {
        await bus.publish([{ topic: "orders", key: "a", value: null, headers: {} }]);
        await until(() => batches === at + 1, { what: `batch ${at}` });
      }
    }));
});
