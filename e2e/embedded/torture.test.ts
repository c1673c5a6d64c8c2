import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

/** Processes of a run, by the folder that each of them was given. */
function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TROUPE_DATA=${folder}`);
    } catch {
      return false; // it has ended, or is somebody else's
    }
  });
}

const recordOf = (folder: string) =>
  JSON.parse(readFileSync(`${folder}/embedded/record.json`, "utf8")) as { readonly kills: { readonly random: number } }; // written by the run

describe("npm run torture", () => {
  test("interrupted, leaves no process behind, goes on where it was, and finds everything sound", async (t) => {
    const folder = tempFolder(t);
    const first = troupe(t, ["torture", "--kills", "6", "--zombies", "1", "--seed", "5", "--data", folder]);
    await until("a first kill", () => recordOf(folder).kills.random > 0, { withinMs: 90_000 });
    first.signal("SIGINT");
    const interrupted = await first.ended(30_000);
    assert.equal(interrupted.code, 130, interrupted.stderr);
    assert.match(interrupted.stderr, /interrupted; go on with: npm run torture -- --on embedded --resume/);
    assert.deepEqual(processesOf(folder), []);
    const second = await troupe(t, ["torture", "--resume", "--data", folder]).ended(240_000);
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /processes killed +6 \(/);
    assert.match(second.stdout, /zombies +1 \(/);
    assert.match(second.stdout, /interrupted once/);
    assert.match(second.stdout, /Nothing lost, nothing doubled, nothing out of order, nothing unended; the books balance\./);
    assert.deepEqual(processesOf(folder), []);
  });
});
