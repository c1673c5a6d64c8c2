import { spawn } from "node:child_process";
import { join } from "node:path";
import { TroupeError } from "@troupe/kernel";

const ROOT = join(import.meta.dirname, "..");

/** Runs a program of the bench in a process of its own and reads the JSON of its last line. Rejects with what it said. */
export function runChild(program: string, options: object): Promise<unknown> {
  const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, program), JSON.stringify(options)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-2_000);
    });
    const end = (): void => {
      child.kill("SIGKILL");
      process.exit(130);
    };
    process.once("SIGINT", end).once("SIGTERM", end);
    child.on("error", reject).on("close", (code, signal) => {
      process.off("SIGINT", end).off("SIGTERM", end);
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (code === 0 && last.startsWith("{")) resolve(JSON.parse(last));
      else
        reject(
          new TroupeError("UNEXPECTED", {
            reason: `a round of the bench ended with ${code ?? signal}: ${stderr.trim() || "it said nothing"}`,
          }),
        );
    });
  });
}
