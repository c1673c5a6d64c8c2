import type { DocumentStore, Log } from "@troupe/kernel";
import { openStore } from "../compose/open-platform.ts";
import { terminalLog } from "../compose/terminal-log.ts";
import { readConfig } from "../config.ts";

export type StoreOptions = { readonly on?: string; readonly data?: string };

/** Uses the store of a target and closes it again, whatever comes. Rejects when it can't be opened, and with what `use` does. */
export async function withStore<T>(options: StoreOptions, use: (store: DocumentStore, log: Log) => Promise<T>): Promise<T> {
  const { on, data } = options;
  const config = readConfig(process.env, {
    ...(on === undefined ? {} : { target: on }),
    ...(data === undefined ? {} : { dataDir: data }),
  });
  const log = terminalLog(config)(new Set());
  const { store, close } = await openStore(config, log);
  try {
    return await use(store, log);
  } finally {
    await close();
  }
}
