import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pointsOf } from "../src/torture/faults.ts";
import { endLeftovers } from "../src/torture/leftovers.ts";
import { killsOf, TortureFiles, type TortureRecord } from "../src/torture/record.ts";

const RECORD: TortureRecord = {
  run: "r1",
  target: "embedded",
  seed: 1,
  wanted: { kills: 60, zombies: 20 },
  kills: { random: 3, fp1: 1, fp2: 0, fp3: 2, fp4: 0, fp5: 0, fp6: 0 },
  zombies: 4,
  zombiesReplaced: 3,
  stops: 2,
  starts: 16,
  nextOrder: 77,
  refused: [],
  millis: 12_000,
  deadLettersBefore: 0,
  interruptions: 0,
  pids: [17],
};

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-torture-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("a run of torture", () => {
  test("that was interrupted goes on with what it had done and with what customers were told", (t) => {
    const folder = join(scratch(t), "embedded");
    const first = new TortureFiles(folder);
    first.begin(RECORD);
    first.accept("order-1");
    first.accept("order-2");
    first.save({ ...RECORD, zombies: 5 });
    const next = new TortureFiles(folder);
    assert.deepEqual(next.resume(), { ...RECORD, zombies: 5, interruptions: 1 });
    assert.deepEqual([...next.accepted()], ["order-1", "order-2"]);
    assert.equal(killsOf(next.resume()), 6);
  });

  test("that begins anew does not count what an earlier one was told", (t) => {
    const folder = scratch(t);
    const files = new TortureFiles(folder);
    files.begin(RECORD);
    files.accept("order-1");
    files.begin(RECORD);
    assert.deepEqual([...files.accepted()], []);
  });

  test("begins also where an older version has left a record without pids", (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, "record.json"), "{}");
    assert.deepEqual(new TortureFiles(folder).leftovers(), []);
  });

  test("can't go on where none was interrupted, and says so", (t) => {
    const folder = scratch(t);
    const files = new TortureFiles(join(folder, "native"));
    assert.deepEqual(files.leftovers(), []);
    assert.throws(() => files.resume(), { code: "OPTION_INVALID", message: /--resume.*there is none in / });
  });

  test("never waits for a fail point that its target does not have", () => {
    assert.deepEqual(pointsOf("embedded"), ["fp1", "fp2", "fp3", "fp6"]);
    assert.deepEqual(pointsOf("native"), ["fp1", "fp2", "fp3", "fp4", "fp5", "fp6"]);
  });

  test("ends what a killed run has left, and nobody who has its pid by now", async (t) => {
    const program = join(scratch(t), "program.mjs");
    writeFileSync(program, "process.stdout.write('up'); setInterval(() => {}, 1000);");
    const [ours, others] = [
      spawn(process.execPath, [program]),
      spawn(process.execPath, ["-e", "process.stdout.write('up'); setInterval(() => {}, 1000)"]),
    ];
    t.after(() => others.kill("SIGKILL"));
    await Promise.all([once(ours.stdout, "data"), once(others.stdout, "data")]);
    const gone = once(ours, "exit");
    endLeftovers([ours.pid ?? 0, others.pid ?? 0, 2 ** 22 + 1], program);
    assert.deepEqual(await gone, [null, "SIGKILL"]);
    assert.deepEqual([others.exitCode, others.signalCode], [null, null]);
  });
});
