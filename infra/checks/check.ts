import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./tree.ts";

/** `npm run check`: lint, types of sources, types of tests, drift of generated files. All run, so that one look shows everything. */
const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name);
const STEPS: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ["lint", bin("biome"), "ci", "--error-on-warnings", "."],
  ["types of sources", bin("tsc"), "-b"],
  ["types of tests", bin("tsc"), "-p", join("infra", "typescript", "tests.json")],
  ["generated files", process.execPath, join("infra", "checks", "generate.ts"), "--check"],
];

const failed = STEPS.filter(([title, command, ...args]) => {
  const began = Date.now();
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit" });
  process.stdout.write(`${title}: ${status === 0 ? "clean" : "NOT CLEAN"} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
