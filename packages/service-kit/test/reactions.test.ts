import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmed, confirmer } from "./support/confirmer.ts";
import { Lab, orderId } from "./support/lab.ts";

const a = { orderId: orderId("a") };
const effectOf = async (lab: Lab) => (await lab.participant("confirmer", "a"))?.effects["confirmation"];

/** A handler that waits until the test lets it go on. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

test("`begun` is durable before the handler runs", async (t) => {
  const lab = await Lab.open(t);
  let seen: string | undefined;
  await lab.run(
    confirmer(async (event, { now }) => {
      seen = await effectOf(lab);
      return [confirmed(event, now)];
    }),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(() => lab.heardOf("OrderConfirmed").length === 1, "the answer");
  assert.equal(seen, "begun");
  assert.equal(await effectOf(lab), "done");
});

test("a crash while the handler runs: the next process runs it again under the same idempotency key, and answers once", async (t) => {
  const lab = await Lab.open(t);
  const keys: string[] = [];
  const first = await lab.run(
    confirmer(async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      return new Promise(() => {});
    }),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(() => keys.length === 1, "the first run");
  await first.kill();
  await lab.run(
    confirmer(async (event, { idempotencyKey, now }) => {
      keys.push(idempotencyKey);
      return [confirmed(event, now)];
    }),
  );
  await lab.clock.advance(12_000);
  await lab.until(() => lab.heardOf("OrderConfirmed").length === 1, "the answer");
  await lab.clock.advance(60_000);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal(lab.heardOf("OrderConfirmed").length, 1);
});

test("a handler that throws is tried again with backoff, then its event is a dead letter and the effect is back where it stood", async (t) => {
  const lab = await Lab.open(t);
  const at: number[] = [];
  await lab.run(
    confirmer(
      async () => {
        at.push(lab.clock.now());
        throw new TypeError("the network said no");
      },
      { retry: { attempts: 3 } },
    ),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await lab.letters()).length === 1, "the dead letter");
  const [letter] = await lab.letters();
  assert.equal(letter?.code, "REACTION_GAVE_UP");
  assert.match(letter?.reason ?? "", /confirm gave up on OrderConfirmationRequested after 3 attempts: the network said no/);
  assert.ok(letter?.value, "its bytes can be redriven");
  await lab.until(async () => (await effectOf(lab)) === "none", "the effect is back");
  await lab.clock.advance(60_000);
  assert.equal(at.length, 3);
  assert.ok((at[2] ?? 0) - (at[1] ?? 0) > (at[1] ?? 0) - (at[0] ?? 0), "waits grow");
});

test("a redriven dead letter begins its reaction again, once, under the same idempotency key; the event is not applied twice", async (t) => {
  const lab = await Lab.open(t);
  const keys: string[] = [];
  let mended = false;
  await lab.run(
    confirmer(
      async (event, { now, idempotencyKey }) => {
        keys.push(idempotencyKey);
        if (!mended) throw new TypeError("no");
        return [confirmed(event, now)];
      },
      { retry: { attempts: 1 } },
    ),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await lab.letters()).length === 1, "the dead letter");
  await lab.redrive();
  await lab.until(async () => (await lab.letters())[0]?.headers["troupe_redrives"] === "1", "it came back, counted");
  mended = true;
  await lab.redrive();
  await lab.until(() => lab.heardOf("OrderConfirmed").length === 1, "the answer");
  await lab.until(async () => (await effectOf(lab)) === "done", "the effect is done");
  assert.deepEqual([keys.length, new Set(keys).size], [3, 1]);
  assert.deepEqual(await lab.letters(), []);
});

test("a do that is redriven after its undo stays undone", async (t) => {
  const lab = await Lab.open(t);
  let runs = 0;
  await lab.run(
    confirmer(
      async () => {
        runs += 1;
        throw new TypeError("no");
      },
      { retry: { attempts: 1 } },
    ),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await lab.letters()).length === 1, "the dead letter");
  await lab.until(async () => (await effectOf(lab)) === "none", "the effect is back");
  await lab.say("ShipmentRecallRequested", a);
  await lab.until(async () => (await effectOf(lab)) === "undone", "the undo");
  await lab.redrive();
  await lab.until(() => lab.lines.some(({ text }) => text.includes("redriven after its undo")), "it is refused");
  assert.equal(runs, 1);
});

test("a handler that does not come back in time counts as failed, also when it ignores its signal", async (t) => {
  const lab = await Lab.open(t);
  const signals: AbortSignal[] = [];
  await lab.run(
    confirmer(
      async (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      { retry: { attempts: 2, timeoutMillis: 500 } },
    ),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await lab.letters()).length === 1, "the dead letter");
  assert.match((await lab.letters())[0]?.reason ?? "", /no end within 500 ms/);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
});

test("as many reactions run as may; further events wait until one has ended", async (t) => {
  const lab = await Lab.open(t);
  const { promise, open } = gate();
  let begun = 0;
  const service = confirmer(async (event, { now }) => {
    begun += 1;
    await promise;
    return [confirmed(event, now)];
  });
  await lab.run(service, { runningReactions: 2 });
  for (const [at, name] of ["a", "b", "c", "d"].entries()) {
    await lab.say("OrderConfirmationRequested", { orderId: orderId(name) });
    const running = Math.min(at + 1, 2);
    await lab.until(() => begun === running, `${running} run`);
  }
  await lab.clock.advance(1_000);
  assert.equal(begun, 2);
  open();
  await lab.until(() => lab.heardOf("OrderConfirmed").length === 4, "all four answers");
});

test("an answer that can't be encoded is a failure of its reaction, not a reason to run it for ever", async (t) => {
  const lab = await Lab.open(t);
  let ran = 0;
  await lab.run(
    confirmer(
      async (event) => {
        ran += 1;
        return [confirmed(event, 0.5)];
      },
      { retry: { attempts: 2 } },
    ),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await lab.letters()).length === 1, "the dead letter");
  await lab.clock.advance(60_000);
  assert.equal(ran, 2);
});

test("an undo waits behind `begun`, meets a settled effect, and is answered", async (t) => {
  const lab = await Lab.open(t);
  const { promise, open } = gate();
  await lab.run(
    confirmer(async (event, { now }) => {
      await promise;
      return [confirmed(event, now)];
    }),
  );
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await effectOf(lab)) === "begun", "it has begun");
  await lab.say("ShipmentRecallRequested", a);
  await lab.settled("confirmer");
  assert.equal(lab.heardOf("ShipmentRecalled").length, 0, "it waits");
  open();
  await lab.until(() => lab.heardOf("ShipmentRecalled").length === 1, "the undo is answered");
  assert.deepEqual((await lab.participant("confirmer", "a"))?.entity, ["confirmed", "recalled"]);
  assert.equal(lab.heardOf("StockReleased").length, 0, "it did not see `begun`");
  assert.equal(await effectOf(lab), "undone");
});

test("a second request for an effect that is under way waits, and does not do it twice", async (t) => {
  const lab = await Lab.open(t);
  const { promise, open } = gate();
  let ran = 0;
  await lab.run(
    confirmer(async (event, { now }) => {
      ran += 1;
      await promise;
      return [confirmed(event, now)];
    }),
  );
  await lab.say("OrderConfirmationRequested", a, { id: "first" });
  await lab.say("OrderConfirmationRequested", a, { id: "second" });
  await lab.until(async () => (await lab.participant("confirmer", "a"))?.waiting.length === 1, "the second waits");
  open();
  await lab.until(async () => (await lab.participant("confirmer", "a"))?.waiting.length === 0, "the second goes on");
  await lab.say("OrderConfirmationRequested", a, { id: "third" });
  await lab.settled("confirmer");
  await lab.clock.advance(60_000);
  assert.equal(ran, 1);
  assert.equal(lab.heardOf("OrderConfirmed").length, 1);
});

test("a reaction that this version does not know is kept and named, and goes on once it is there again", async (t) => {
  const lab = await Lab.open(t);
  const first = await lab.run(confirmer(() => new Promise(() => {})));
  await lab.say("OrderConfirmationRequested", a);
  await lab.until(async () => (await effectOf(lab)) === "begun", "it has begun");
  await first.kill();
  const second = await lab.run(confirmer(undefined, { reaction: "renamed" }));
  await lab.clock.advance(15_000);
  await lab.until(() => lab.lines.some(({ text }) => text.includes("is not defined here any more")), "it is named");
  await lab.clock.advance(60_000);
  assert.equal(lab.lines.filter(({ text }) => text.includes("is not defined here any more")).length, 1);
  await lab.stop(second);
  await lab.run(confirmer());
  await lab.clock.advance(3_600_000);
  await lab.until(() => lab.heardOf("OrderConfirmed").length === 1, "it goes on");
});
