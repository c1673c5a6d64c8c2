import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identify, isRunning } from "./process-identity.ts";
import { until } from "./until.ts";

/** Longest that anybody may hold the lock: the first build of Jaeger on a slow machine. */
const LONGEST_SECONDS = 1800;

/**
 * Does the work while no other process does it for the same folder; two `up` at once would start two servers on one data
 * folder and forget one of them. The lock is a folder (made by one process only) that names its owner; a dead owner's is taken over.
 */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, "busy");
  await mkdir(folder, { recursive: true });
  await until({ seconds: LONGEST_SECONDS, everyMillis: 100 }, async () => ((await take(lock)) ? true : undefined));
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch {
    if (await isAbandoned(lock)) await rm(lock, { recursive: true, force: true });
    return false;
  }
  await writeFile(join(lock, "owner"), JSON.stringify(identify(process.pid)));
  return true;
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(join(lock, "owner"), "utf8")) as { pid: number; started: string }; // written by take
    return !isRunning(owner);
  } catch {
    return false; // made this moment, or gone again
  }
}
