import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENDING = ".saga.yaml";

/** Every definition of `sagas/examples`: one that is added is run without being named anywhere. */
export const EXAMPLES: readonly string[] = readdirSync(join(ROOT, "sagas", "examples")).flatMap((file) =>
  file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : [],
);

/** Runs `npm run example -- NAME` and asserts that all of its `count` sagas ended and that its own audit found no fault. */
export async function assertBalances(name: string, { count, on }: { count: number; on: "embedded" | "native" }): Promise<void> {
  const { code, stdout } = await run("example", name, "--count", String(count), "--seed", "2", "--on", on, "--json");
  const outcome = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
  const ended = Object.values<number>(outcome.byStatus).reduce((sum, ofStatus) => sum + ofStatus, 0);
  assert.deepEqual([code, outcome.target, ended, outcome.faults], [0, on, count, []], stdout);
}

function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [join(ROOT, "packages", "cli", "launch.mjs"), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout })));
}
