import type { DataFile } from "../file/data-file.ts";
import { isLocked } from "../file/sqlite-errors.ts";

/** Quick while the others write, slower while they are quiet. */
const QUICK_MILLIS = 5;
const QUIET_MILLIS = 20;
const QUIET_AFTER_LOOKS = 200;
const PEERS_MILLIS = 100;

export type Watcher = { start(): void; stop(): void };
export type WatcherOptions = { readonly file: DataFile; readonly onForeign: () => void; readonly onPeersDue: () => void };

/** Sees what other processes commit by the change counter of the file: a few microseconds a look, no lock. */
export function createWatcher({ file, onForeign, onPeersDue }: WatcherOptions): Watcher {
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let quiet = 0;
  let peersAt = 0;
  const counter = (): number => {
    try {
      return file.foreignChanges();
    } catch (error) {
      if (isLocked(error)) return seen;
      throw error;
    }
  };
  const look = (): void => {
    const found = counter();
    quiet = found === seen ? quiet + 1 : 0;
    timer = setTimeout(look, quiet > QUIET_AFTER_LOOKS ? QUIET_MILLIS : QUICK_MILLIS);
    if (found !== seen) {
      seen = found;
      onForeign();
    }
    if (performance.now() >= peersAt) {
      peersAt = performance.now() + PEERS_MILLIS;
      onPeersDue();
    }
  };
  const start = (): void => {
    if (timer !== undefined || !file.shared) return;
    seen = counter();
    timer = setTimeout(look, QUICK_MILLIS);
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return { start, stop };
}
