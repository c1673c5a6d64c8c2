import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { patientCrowd } from "../support/faults/patient-crowd.ts";
import { assertClean } from "../support/outcome.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { endedSaga } from "../support/sagas.ts";
import { tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

/** libfaketime (Debian package faketime), which sets the clock of one process and not the machine's. */
const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const skip = existsSync(LIBRARY) ? false : "the package faketime is not installed";

/** Settings under which a process reads its wall clock's offset from a file; its monotonic clock stays the machine's. */
function clockOf(file: string) {
  return { LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

const HOUR = 3_600_000;

async function jump(t: TestContext, offset: "+1h" | "-1h"): Promise<void> {
  const folder = tempFolder(t);
  const clock = join(folder, "clock");
  writeFileSync(clock, "+0\n");
  const place = ["--data", join(folder, "data")];
  const run = await roleProcess(t, ALL_ROLES, { place, env: clockOf(clock) });
  const customers = patientCrowd(t, run.at);
  await until("20 orders before the jump", () => customers.accepted.length >= 20, { withinMs: 60_000 });
  writeFileSync(clock, `${offset}\n`);
  const before = customers.accepted.length;
  await until("20 orders after the jump", () => customers.accepted.length >= before + 20, { withinMs: 60_000 });
  const accepted = await customers.stop();
  const words = offset === "+1h" ? /clock is 3\d\d\d s ahead of this process/ : /clock is 3\d\d\d s behind this process/;
  await until("a line of the log that names the jump", () => words.test(run.stderr()));
  for (const id of accepted) assert.equal((await endedSaga(run.at, id)).status, "completed", "nothing was timed out by the jump");
  assert.deepEqual(customers.rude, []);
  // The next process starts with the clock as it is now.
  run.signal("SIGTERM");
  assert.equal((await run.ended(20_000)).code, 0);
  const again = await roleProcess(t, ALL_ROLES, { place, env: clockOf(clock) });
  const later = patientCrowd(t, again.at);
  await until("5 orders after the restart", () => later.accepted.length >= 5, { withinMs: 60_000 });
  for (const id of await later.stop()) {
    const { status, timeline } = await endedSaga(again.at, id);
    assert.equal(status, "completed");
    const shift = Date.parse(timeline[0]?.at ?? "") - Date.now();
    assert.ok(Math.abs(shift - (offset === "+1h" ? HOUR : -HOUR)) < HOUR / 2, `the clock of the process is ${shift} ms off`);
  }
  again.signal("SIGTERM");
  assert.equal((await again.ended(20_000)).code, 0);
  const audit = ["start", ...place, "--orders", "0", "--exit", "--json", "--port", "0"];
  assertClean(await troupe(t, audit, { env: clockOf(clock) }).ended());
  assert.equal(readFileSync(clock, "utf8"), `${offset}\n`);
}

describe("a machine whose clock is set while orders travel", { concurrency: true, skip }, () => {
  test("an hour forward: no order is timed out, none is lost, and a restart under the new clock goes on", (t) => jump(t, "+1h"));
  test("an hour back: no order hangs, none is lost, and a restart under the new clock goes on", (t) => jump(t, "-1h"));
});
