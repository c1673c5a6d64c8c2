import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanUp, type Scope, tempFolder } from "./troupe.ts";

/** A disk of its own in memory, so that "no space left" comes from the kernel. */
export type SmallDisk = {
  readonly folder: string;
  /** Takes all space but `bytes`. */
  fill(leave: number): void;
  /** Gives the space back. */
  free(): void;
};

/** Why there can be none here; undefined where there can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== "linux") return "tmpfs is Linux's";
  return process.getuid?.() === 0 ? undefined : "only root may mount";
}

export function smallDisk(scope: Scope, megabytes: number): SmallDisk {
  const folder = tempFolder(scope);
  run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  cleanUp(scope, () => run("umount", [folder]));
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: (leave) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave), 1));
    },
    free: () => rmSync(ballast),
  };
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}
