import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENDING = ".saga.yaml";
const names = readdirSync(join(ROOT, "sagas", "examples")).flatMap((file) =>
  file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : [],
);

function example(...args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [join(ROOT, "packages", "cli", "launch.mjs"), "example", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout })));
}

for (const name of names) {
  test(`${name} runs end to end on a real bus and store, and its books balance`, { timeout: 120_000 }, async () => {
    const { code, stdout } = await example(name, "--count", "20", "--seed", "2", "--json");
    const outcome = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
    const ended = Object.values<number>(outcome.byStatus).reduce((sum, count) => sum + count, 0);
    assert.deepEqual([code, ended, outcome.faults], [0, 20, []], stdout);
  });
}
