import { spawn } from "node:child_process";
import { ROOT } from "../checks/tree.ts";

export type Ran = { readonly pid: number; readonly code: number; readonly output: string; readonly millis: number; readonly late: boolean };
export type HowToRun = { readonly env?: { readonly [name: string]: string }; readonly timeoutMillis?: number };

/** Output of a program that talks without end is cut here: what is shown of it is its end. */
const KEPT = 20_000;

/** Runs this Node with these arguments at the root of the tree. A process that takes too long is killed and `late`. */
export function runNode(args: readonly string[], { env = {}, timeoutMillis }: HowToRun = {}): Promise<Ran> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let late = false;
    const keep = (part: string): void => {
      output = (output + part).slice(-KEPT);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    const kill = (): void => {
      late = true;
      child.kill("SIGKILL");
    };
    const end = (): void => {
      child.kill("SIGKILL"); // a mutant may run for ever, and would do so without us
      setImmediate(() => process.exit(130)); // after the others have ended theirs
    };
    process.on("SIGINT", end).on("SIGTERM", end);
    const timer = timeoutMillis === undefined ? undefined : setTimeout(kill, timeoutMillis);
    child.on("error", reject).on("close", (code) => {
      clearTimeout(timer);
      process.off("SIGINT", end).off("SIGTERM", end);
      resolve({ pid: child.pid ?? 0, code: code ?? 1, output, millis: performance.now() - began, late });
    });
  });
}
