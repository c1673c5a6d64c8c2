import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics, METRIC, type Metrics } from "../src/index.ts";

const lineOf = async (metrics: Metrics, start: string): Promise<string | undefined> =>
  (await metrics.text()).split("\n").find((line) => line.startsWith(start));

test("what the engine reports stands in the text under its name, group and outcome", async () => {
  const metrics = createMetrics({ process: false });
  metrics.records("payments", "folded", 3);
  metrics.records("payments", "folded", 2);
  metrics.batch("payments", 5);
  metrics.committed("payments", 0.002);
  metrics.conflicts("payments", 1);
  metrics.duplicates("payments", 1);
  metrics.deadLetters("payments", "RECORD_UNDECODABLE", 1);
  metrics.published("payments", 4);
  metrics.timersFired("payments", 1);
  metrics.outboxUnsent("payments", 7);
  metrics.lag({ group: "payments", topic: "orders", partition: 2 }, 9);
  metrics.sagaEnded("orderFulfilment", "completed");
  metrics.httpRequest({ method: "POST", route: "/orders", status: 202, seconds: 0.01 });
  const text = await metrics.text();
  for (const line of [
    `${METRIC.records}{group="payments",outcome="folded"} 5`,
    `${METRIC.batches}{group="payments"} 1`,
    `${METRIC.batchRecords}_sum{group="payments"} 5`,
    `${METRIC.commitSeconds}_count{group="payments"} 1`,
    `${METRIC.conflicts}{group="payments"} 1`,
    `${METRIC.duplicates}{group="payments"} 1`,
    `${METRIC.deadLetters}{group="payments",code="RECORD_UNDECODABLE"} 1`,
    `${METRIC.published}{group="payments"} 4`,
    `${METRIC.timersFired}{group="payments"} 1`,
    `${METRIC.outboxUnsent}{group="payments"} 7`,
    `${METRIC.lag}{group="payments",topic="orders",partition="2"} 9`,
    `${METRIC.sagasEnded}{definition="orderFulfilment",status="completed"} 1`,
    `${METRIC.httpSeconds}_count{method="POST",route="/orders",status="202"} 1`,
  ]) {
    assert.ok(text.includes(`${line}\n`), `${line} is missing in\n${text}`);
  }
});

test("a status that no saga has any more goes to 0 instead of staying at its last number", async () => {
  const metrics = createMetrics({ process: false });
  metrics.sagas("orderFulfilment", { running: 2 });
  metrics.sagas("orderFulfilment", { completed: 2 });
  assert.equal(
    await lineOf(metrics, `${METRIC.sagas}{definition="orderFulfilment",status="running"}`),
    `${METRIC.sagas}{definition="orderFulfilment",status="running"} 0`,
  );
});

test("a gauge that can't be asked for is counted and does not fail the scrape", async () => {
  const metrics = createMetrics({ process: false });
  metrics.onScrape(() => metrics.outboxUnsent("orders", 1));
  metrics.onScrape(() => {
    throw new Error("store away");
  });
  metrics.onScrape(() => Promise.reject(new Error("bus away")));
  assert.equal(await lineOf(metrics, METRIC.scrapeFailures), `${METRIC.scrapeFailures} 2`);
  assert.equal(await lineOf(metrics, METRIC.outboxUnsent), `${METRIC.outboxUnsent}{group="orders"} 1`);
});

test("two registries of one process do not meet", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.published("a", 1);
  assert.equal(await lineOf(other, `${METRIC.published}{`), undefined);
  assert.notEqual(await lineOf(one, "process_resident_memory_bytes"), undefined);
});
