import { readFileSync } from "node:fs";

/** Ends processes that a run left behind when it was killed itself. A pid that was given to somebody else by now is left alone. */
export function endLeftovers(pids: readonly number[], program: string): void {
  for (const pid of pids) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(program)) process.kill(pid, "SIGKILL");
    } catch {
      // it has ended
    }
  }
}
