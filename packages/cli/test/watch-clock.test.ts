import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "@troupe/kernel";
import { manualClock } from "@troupe/testing";
import { watchClock } from "../src/compose/watch-clock.ts";

const HOUR = 3_600_000;

test("a clock that is set is named once, and so is its return", async () => {
  const lines: string[] = [];
  const quiet = (): void => {};
  const log: Log = { debug: quiet, info: quiet, error: quiet, warn: (_, text) => void lines.push(text), child: () => log };
  const clock = manualClock();
  let set = 0;
  const stopping = new AbortController();
  const watching = watchClock({ clock, wall: () => clock.now() + set, log }, stopping.signal);
  const look = async (offset: number): Promise<void> => {
    set = offset;
    await clock.advance(5_000);
    await clock.advance(5_000);
  };
  await look(900);
  assert.deepEqual(lines, [], "less than a second is no jump");
  await look(HOUR);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /is 3600 s ahead of this process.*restart it/);
  await look(-HOUR);
  assert.match(lines[1] ?? "", /is 3600 s behind this process/);
  await look(0);
  assert.deepEqual(lines.slice(2), ["the machine's clock agrees with this process again"]);
  stopping.abort();
  await watching;
});
