import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmer } from "./support/confirmer.ts";
import { Lab, orderId } from "./support/lab.ts";

const KEY = { "idempotency-key": "k-1" };

test("the same key and body at the same time start one thing and get the same answer", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  const answers = await Promise.all([1, 2, 3].map(() => lab.post(running, { note: "x" }, KEY)));
  await lab.clock.advance(5_000);
  answers.push(await lab.post(running, { note: "x" }, KEY));
  await lab.until(() => lab.heardOf("StockReleaseRequested").length > 0, "the event");
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.equal(answers[0]?.status, 202);
  assert.equal(answers[0]?.headers?.["x-safe-to-repeat"], undefined);
});

test("the same answer comes from another process, after a restart, whatever the order of the members", async (t) => {
  const lab = await Lab.open(t);
  const first = await lab.run(confirmer());
  const before = await lab.post(first, { note: "x", order: "a" }, KEY);
  await lab.stop(first);
  const second = await lab.run(confirmer());
  assert.deepEqual(await lab.post(second, { order: "a", note: "x" }, KEY), before);
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
});

test("a key that was used with another body is refused, and starts nothing", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  await lab.post(running, { note: "x" }, KEY);
  await assert.rejects(lab.post(running, { note: "y" }, KEY), { code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
});

test("a business id makes a request without a key safe to repeat; a key that looks like it is another request", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  const first = await lab.post(running, { order: "a", note: "x" });
  assert.deepEqual(await lab.post(running, { order: "a", note: "x" }), first);
  await lab.post(running, { order: "b", note: "x" }, { "idempotency-key": "a" });
  await lab.until(() => lab.heardOf("StockReleaseRequested").length === 2, "two events");
  assert.deepEqual(
    lab.heardOf("StockReleaseRequested").map(({ envelope }) => envelope.correlationId),
    [orderId("a"), orderId("b")],
  );
});

test("another body under a used business id is refused whatever its key, never accepted and dropped", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  const first = await lab.post(running, { order: "a", note: "x" }, KEY);
  for (const headers of [{ "idempotency-key": "k-2" }, {}]) {
    await assert.rejects(lab.post(running, { order: "a", note: "y" }, headers), { code: "BUSINESS_ID_TAKEN", status: 409 });
  }
  for (const headers of [KEY, { "idempotency-key": "k-3" }, {}]) {
    assert.deepEqual(await lab.post(running, { note: "x", order: "a" }, headers), first);
  }
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
});

test("two bodies under one business id at the same time: one is accepted, the other told", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  const both = ["x", "y"].map((note) => lab.post(running, { order: "a", note }, { "idempotency-key": note }));
  const outcomes = (await Promise.allSettled(both)).map((outcome) => (outcome.status === "fulfilled" ? 202 : outcome.reason.code));
  assert.deepEqual(outcomes.toSorted(), [202, "BUSINESS_ID_TAKEN"]);
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
});

test("a key does not carry over to another business id, nor to another body of the same", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  await lab.post(running, { order: "a", note: "x" }, KEY);
  for (const body of [{ order: "b", note: "x" }, { order: "a", note: "y" }, { note: "x" }]) {
    await assert.rejects(lab.post(running, body, KEY), { code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
  }
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("StockReleaseRequested").length, 1);
});

test("without key and business id every request starts something, and the answer says that it is not safe to repeat", async (t) => {
  const lab = await Lab.open(t);
  const running = await lab.run(confirmer());
  const answers = [await lab.post(running, { note: "x" }), await lab.post(running, { note: "x" })];
  assert.notDeepEqual(answers[0]?.body, answers[1]?.body);
  assert.equal(answers[0]?.headers?.["x-safe-to-repeat"], "false");
});

for (const [what, order] of [
  ["key", {}],
  ["key and business id", { order: "a" }],
] as const)
  test(`a request that the start itself refuses leaves its ${what} free`, async (t) => {
    const lab = await Lab.open(t);
    let refuses = true;
    const definition = confirmer();
    const [start] = definition.http ?? [];
    assert.ok(start);
    const picky = {
      ...definition,
      http: [
        {
          ...start,
          decide: (...given: Parameters<typeof start.decide>) => {
            if (refuses) throw new RangeError("not today");
            return start.decide(...given);
          },
        },
      ],
    };
    const running = await lab.run(picky);
    await assert.rejects(lab.post(running, { ...order, note: "x" }, KEY), { code: "HANDLER_FAILED" });
    refuses = false;
    assert.equal((await lab.post(running, { ...order, note: "y" }, KEY)).status, 202);
  });
