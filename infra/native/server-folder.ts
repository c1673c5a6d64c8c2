import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerFolder } from "./native-server.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";

/** Root of the repository; state of the servers lives under it, so two clones do not share data. */
const ROOT = join(import.meta.dirname, "..", "..");

export function folderOf(name: string): ServerFolder {
  const root = join(ROOT, ".troupe", "native", name);
  return { root, data: join(root, "data"), log: join(root, `${name}.log`), pidFile: join(root, "pid.json") };
}

export async function makeFolder(folder: ServerFolder): Promise<void> {
  await mkdir(folder.data, { recursive: true });
}

/** The process that was started here and still runs. A file left by a dead one counts as nothing. */
export async function runningIn(folder: ServerFolder): Promise<ProcessIdentity | undefined> {
  const known = await readIdentity(folder);
  return known !== undefined && isRunning(known) ? known : undefined;
}

async function readIdentity(folder: ServerFolder): Promise<ProcessIdentity | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(folder.pidFile, "utf8"));
    return isIdentity(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== "object" || value === null) return false;
  return "pid" in value && typeof value.pid === "number" && "started" in value && typeof value.started === "string";
}

/** Written under another name first: a reader never sees half a file. */
export async function remember(folder: ServerFolder, identity: ProcessIdentity): Promise<void> {
  const draft = `${folder.pidFile}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(identity)}\n`);
  await rename(draft, folder.pidFile);
}

export const forget = (folder: ServerFolder): Promise<void> => rm(folder.pidFile, { force: true });
