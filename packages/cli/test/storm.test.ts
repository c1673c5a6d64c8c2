import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPlatform } from "../src/compose/open-platform.ts";
import { terminalLog } from "../src/compose/terminal-log.ts";
import { readConfig } from "../src/config.ts";
import { runStorm } from "../src/storm/run-storm.ts";
import { watchRate } from "../src/storm/watch-rate.ts";

/** 500 timers a poll, a poll each 200 ms or more: what no second may exceed (docs/bounds.md). */
const CAP_A_SECOND = 6 * 500;

test("a coordinator that was away for an hour reads first, times out no success that waits in the log, and keeps under its cap", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-storm-"));
  const config = readConfig({}, { dataDir });
  const platform = await openPlatform(config, terminalLog({ ...config, logLevel: "error" }));
  t.after(async () => {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const lines: string[] = [];
  const outcome = await runStorm(platform, { timers: 4_000, waiting: 0.25, stopped: t.signal, say: (line) => lines.push(line) });
  assert.equal(outcome.completed, 1_000, lines.join("\n"));
  assert.equal(outcome.fired, 3_000, "each of the others once");
  assert.ok(outcome.busiestSecond <= CAP_A_SECOND, `${outcome.busiestSecond} timers fired in one second`);
});

test("the busiest second may begin at any moment", () => {
  let now = 0;
  const rate = watchRate(() => now);
  for (const [at, count] of [
    [0, 1],
    [900, 5],
    [1_100, 5],
    [1_899, 5],
    [1_900, 1],
    [5_000, 2],
  ] as const) {
    now = at;
    rate.add(count);
  }
  assert.equal(rate.busiestSecond(), 15);
  assert.equal(rate.total(), 19);
});
