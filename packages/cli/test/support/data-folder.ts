import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { type Embedded, openEmbedded } from "@troupe/embedded";

import { manualClock } from "@troupe/testing";
import { silent } from "./silent.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const folders: string[] = [];
after(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

const WITHOUT_SETTINGS = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TROUPE_")));

/** Runs `npm run troupe -- ...` in a process of its own. */
export function troupe(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join("packages", "cli", "src", "troupe.ts"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: WITHOUT_SETTINGS,
  });
  return { status, stdout, stderr, lines: stdout.trimEnd().split("\n") };
}

/** The same while this process goes on. */
export async function troupeBeside(...args: readonly string[]) {
  const child = spawn(process.execPath, [join("packages", "cli", "src", "troupe.ts"), ...args], { cwd: ROOT, env: WITHOUT_SETTINGS });
  const [stdout, stderr] = [child.stdout.setEncoding("utf8").toArray(), child.stderr.setEncoding("utf8").toArray()];
  const [status] = (await once(child, "exit")) as [number | null]; // documented arguments of the event
  return { status, stdout: (await stdout).join(""), stderr: (await stderr).join("") };
}

/** A data folder as a platform left it; `fill` writes into it. */
export async function folderWith(fill: (open: Embedded) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-operate-"));
  folders.push(folder);
  await opened(folder, fill);
  return folder;
}

export async function opened<Result>(folder: string, work: (open: Embedded) => Promise<Result>): Promise<Result> {
  const open = openEmbedded({
    file: join(folder, "troupe.db"),
    clock: manualClock(Date.now()),
    random: { next: Math.random },
    log: silent,
  });
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}
