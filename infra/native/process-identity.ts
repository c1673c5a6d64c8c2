import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same number: pids are reused, start times of one pid are not. */
export type ProcessIdentity = { readonly pid: number; readonly started: string };

/** Identity of a running process; undefined when there is none, or only the zombie of one. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isRunning(known: ProcessIdentity): boolean {
  return startOf(known.pid) === known.started;
}

/** Clock ticks since boot from /proc (proc_pid_stat(5), field 22); on systems without /proc the start date that ps prints. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return startFromPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in brackets and may hold blanks and brackets, so count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
