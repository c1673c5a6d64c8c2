import { type Log, reasonOf, type SubscribeOptions } from "@troupe/kernel";
import { isLocked } from "../file/sqlite-errors.ts";

const RETRY_LOCKED_MILLIS = 5;
export const RETRY_FAILED_MILLIS = 500;

export type MemberCallbacks = {
  /** Calls the caller: what a callback throws is logged, and reading goes on. */
  tell(call: () => void): void;
  /** Tells a change of health; without a reason the member is well. */
  setHealth(reason?: string): void;
  /** Does something that reads the file; when that fails, again later. */
  attempt(step: () => void): void;
  /** No callback comes any more. */
  silence(): void;
};

export function createMemberCallbacks(options: SubscribeOptions, log: Log): MemberCallbacks {
  let silent = false;
  let healthy = true;
  const tell = (call: () => void): void => {
    try {
      if (!silent) call();
    } catch (error) {
      log.error({ group: options.group, error: reasonOf(error) }, "a callback of the subscription threw");
    }
  };
  const setHealth = (reason?: string): void => {
    if (healthy === (reason === undefined)) return;
    healthy = reason === undefined;
    tell(() => options.onHealth(reason === undefined ? { healthy: true } : { healthy: false, reason }));
  };
  const attempt = (step: () => void): void => {
    if (silent) return;
    try {
      step();
      setHealth();
    } catch (error) {
      if (!isLocked(error)) setHealth(reasonOf(error));
      setTimeout(() => attempt(step), isLocked(error) ? RETRY_LOCKED_MILLIS : RETRY_FAILED_MILLIS);
    }
  };
  const silence = (): void => {
    silent = true;
  };
  return { tell, setHealth, attempt, silence };
}
