import { readFileSync, readlinkSync } from "node:fs";
import { hostname, uptime } from "node:os";

/** Which run of which process on which start of the machine. */
export type ProcessIdentity = {
  readonly boot: string;
  /** Pid namespace: a pid means something only within it. */
  readonly space: string;
  readonly pid: number;
  /** Start time of the process, so that a pid that was given again is not taken for the old one. */
  readonly started: string;
};

export function thisProcess(): ProcessIdentity {
  return { boot: bootId(), space: pidSpace(), pid: process.pid, started: statOf(process.pid)?.started ?? "" };
}

/** Milliseconds on the clock that all processes of the machine share and nobody sets (engine rule 10). */
export const machineMillis = (): number => Math.floor(Number(process.hrtime.bigint() / 1_000_000n));

/** True when `other` certainly does not run any more. */
export function isDead(other: ProcessIdentity, self: ProcessIdentity): boolean {
  if (other.boot !== self.boot) return true;
  if (other.space !== self.space || other.pid === self.pid) return other.space === self.space && other.started !== self.started;
  if (!answersSignals(other.pid)) return true;
  const stat = statOf(other.pid);
  return stat !== undefined && (stat.ended || (other.started !== "" && stat.started !== other.started));
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Fields 3 (state) and 22 (start time) of /proc/PID/stat, see proc_pid_stat(5); undefined where there is none. */
function statOf(pid: number): { readonly started: string; readonly ended: boolean } | undefined {
  const text = readOr(() => readFileSync(`/proc/${pid}/stat`, "utf8"), "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return text === "" ? undefined : { started: fields[19] ?? "", ended: fields[0] === "Z" || fields[0] === "X" };
}

/** Where the kernel tells no boot id, the minute of the start stands in. */
const bootId = (): string =>
  readOr(
    () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    `${hostname()}-${Math.round((Date.now() / 1000 - uptime()) / 60)}`,
  );

const pidSpace = (): string => readOr(() => readlinkSync("/proc/self/ns/pid"), hostname());

function readOr(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
