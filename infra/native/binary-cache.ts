import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Say } from "./native-server.ts";

/** Outside the clone, so that a fresh clone on the same machine reuses what is there. */
export const cacheRoot = (): string => join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "troupe", "native");

export type Recipe = {
  readonly name: string;
  readonly version: string;
  /** Said before the work starts; names how long it takes. */
  readonly announcement: string;
  readonly say: Say;
  /** Fills an empty folder; `log` takes the output of tools. */
  fill(folder: string, log: string): Promise<void>;
};

/**
 * The folder of one version's binaries, made on first use. It is filled under another name and renamed when complete,
 * so a folder that exists is whole, also after a kill or beside a second process that does the same.
 */
export async function cached(recipe: Recipe): Promise<string> {
  const final = join(cacheRoot(), `${recipe.name}-${recipe.version}`);
  if (await exists(final)) return final;
  await mkdir(cacheRoot(), { recursive: true });
  recipe.say(recipe.announcement);
  const began = Date.now();
  const heartbeat = setInterval(() => recipe.say(`still at it after ${seconds(began)} s`), 30_000);
  const draft = await mkdtemp(join(cacheRoot(), `.${recipe.name}-`));
  try {
    await recipe.fill(draft, join(cacheRoot(), `${recipe.name}-${recipe.version}.log`));
    await publish(draft, final);
  } finally {
    clearInterval(heartbeat);
    await rm(draft, { recursive: true, force: true });
  }
  recipe.say(`installed in ${seconds(began)} s`);
  return final;
}

async function publish(draft: string, final: string): Promise<void> {
  try {
    await rename(draft, final);
  } catch (error) {
    if (!(await exists(final))) throw error; // else another process was first, with the same content
  }
}

const seconds = (began: number): string => ((Date.now() - began) / 1000).toFixed(0);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
