import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type Random, TroupeError } from "@troupe/kernel";
import { openAdapters } from "../compose/open-platform.ts";
import { strictCommand } from "../compose/run-main.ts";
import { terminalLog } from "../compose/terminal-log.ts";
import { type Config, readConfig } from "../config.ts";
import { systemClock, systemRandom } from "../system-clock.ts";

/** Bus and documents of a platform, whether it runs or not: what the commands of an operator work on. */
export type Storage = Pick<Awaited<ReturnType<typeof openAdapters>>, "bus" | "store"> & { readonly clock: Clock; readonly random: Random };

export type PlaceOptions = { readonly on?: string; readonly data?: string };

/** A command that works on the storage of a platform. */
export function storageCommand(name: string) {
  return strictCommand(`npm run troupe -- ${name}`)
    .option("--on <target>", "embedded (a data folder) or native (the servers of the settings)")
    .option("--data <dir>", "folder of the embedded data file")
    .option("--json", "the same as JSON on stdout", false);
}

/** Opens the storage for the time of `work`. Rejects with what `readConfig` throws, and when there is nothing to open. */
export async function withStorage<Result>({ on, data }: PlaceOptions, work: (storage: Storage) => Promise<Result>): Promise<Result> {
  const config = readConfig(process.env, {
    ...(on === undefined ? {} : { target: on }),
    ...(data === undefined ? {} : { dataDir: data }),
  });
  refuseMissing(config);
  const [clock, random, log] = [systemClock(), systemRandom, terminalLog(config)(new Set())];
  const { bus, store, close } = await openAdapters(config, { clock, random, log, failPoints: undefined });
  try {
    return await work({ bus, store, clock, random });
  } finally {
    await close();
  }
}

/** A mistyped folder must not become an empty data file. */
function refuseMissing({ target, dataDir }: Config): void {
  const file = join(dataDir, "troupe.db");
  if (target !== "embedded" || existsSync(file)) return;
  throw new TroupeError("DATA_FOLDER_UNUSABLE", { file, reason: "there is none; name the folder of the platform with --data" });
}
