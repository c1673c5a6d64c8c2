import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { manualClock, until } from "../src/index.ts";

describe("manual clock", () => {
  test("time stands still until it is advanced", async () => {
    const clock = manualClock(1_000);
    assert.equal(clock.now(), 1_000);
    await clock.advance(250);
    assert.equal(clock.now(), 1_250);
  });

  test("sleepers wake in the order in which they are due, each at its own time", async () => {
    const clock = manualClock(0);
    const woken: string[] = [];
    const sleeper = async (name: string, millis: number): Promise<void> => {
      await clock.sleep(millis);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [sleeper("late", 30), sleeper("early", 10), sleeper("middle", 20), sleeper("middle too", 20)];
    await clock.advance(15);
    assert.deepEqual(woken, ["early at 10"]);
    assert.equal(clock.sleepers(), 3);
    await clock.advance(100);
    assert.deepEqual(woken, ["early at 10", "middle at 20", "middle too at 20", "late at 30"]);
    await Promise.all(all);
  });

  test("a loop that sleeps wakes as often as the span allows", async () => {
    const clock = manualClock(0);
    let rounds = 0;
    const stop = new AbortController();
    const loop = (async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(10, stop.signal);
        rounds++;
      }
    })();
    await clock.advance(55);
    assert.equal(rounds, 5);
    stop.abort();
    await loop;
    assert.equal(clock.sleepers(), 0);
  });

  test("an aborted sleep ends at once, before or during it", async () => {
    const clock = manualClock(0);
    await clock.sleep(1_000, AbortSignal.abort());
    const stop = new AbortController();
    const slept = clock.sleep(1_000, stop.signal);
    stop.abort();
    await slept;
    assert.deepEqual([clock.now(), clock.sleepers()], [0, 0]);
  });
});

describe("until", () => {
  test("gives what the condition found, zero and empty text included", async () => {
    let calls = 0;
    assert.equal(await until(() => (++calls < 3 ? undefined : 0), { what: "the third call" }), 0);
    assert.equal(calls, 3);
    assert.equal(await until(async () => "", { what: "a text" }), "");
  });

  test("says what it waited for when the time is up, and passes on what the condition threw", async () => {
    await assert.rejects(
      until(() => false, { timeoutMs: 20, what: "the sun" }),
      /Waited 20 ms in vain for: the sun\./,
    );
    await assert.rejects(
      until(
        () => {
          throw new Error("broken");
        },
        { what: "anything" },
      ),
      /broken/,
    );
  });
});
