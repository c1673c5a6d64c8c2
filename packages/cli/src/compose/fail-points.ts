import type { FailPoints } from "@troupe/engine";
import type { Log } from "@troupe/kernel";

/**
 * What `TROUPE_FAIL_AT` means: at the n-th pass of the named point this process is gone, as by `kill -9`; no handler runs,
 * nothing is flushed. Undefined when it is not set. `setting`: `fp4:17`, checked by the configuration.
 */
export function failPointsOf(setting: string | undefined, log: Log): FailPoints | undefined {
  if (setting === undefined) return undefined;
  const [point, count] = setting.split(":");
  let left = Number(count);
  log.error({ failAt: setting }, `FAIL POINTS ARE ON: this process kills itself at pass ${count} of ${point}; unset TROUPE_FAIL_AT`);
  return {
    pass: (passed) => {
      if (passed === point && --left === 0) process.kill(process.pid, "SIGKILL");
    },
  };
}
