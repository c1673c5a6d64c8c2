import { readFileSync } from "node:fs";

/** What this process has used so far, as the kernel accounts it. */
export type Account = { readonly cpuMillis: number; readonly bytesWritten: number };

export function readAccount(): Account {
  const { user, system } = process.cpuUsage();
  return { cpuMillis: (user + system) / 1000, bytesWritten: bytesWritten() };
}

/** `write_bytes` of proc(5): bytes that this process sent to the storage layer. Where there is no such file: not a number. */
function bytesWritten(): number {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Resident memory at its highest, in MiB. */
export const peakMemoryMiB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
