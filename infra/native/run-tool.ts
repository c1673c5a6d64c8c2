import { spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { TroupeError } from "@troupe/kernel";

/** Debian packages that bring a tool; what a clear sentence suggests. */
const PACKAGES: { readonly [tool: string]: string } = {
  mvn: "maven",
  go: "golang-go (1.24 or newer)",
  python3: "python3 and python3-pip",
  tar: "tar",
};

export type ToolRun = {
  readonly tool: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Completes "… is needed": `to build Jaeger`. */
  readonly purpose: string;
  /** Gets everything that the tool prints. */
  readonly log: string;
  readonly env?: { readonly [name: string]: string };
};

/** Runs a tool to its end. Throws TOOL_MISSING when it is not there, TOOL_FAILED with its last line when it fails. Returns its output. */
export async function runTool(run: ToolRun): Promise<string> {
  const { output, code } = await outputOf(run);
  await appendFile(run.log, `$ ${run.tool} ${run.args.join(" ")}\n${output}\n`);
  if (code === 0) return output;
  throw new TroupeError("TOOL_FAILED", { tool: run.tool, purpose: run.purpose, reason: lastLine(output), log: run.log });
}

function outputOf(run: ToolRun): Promise<{ readonly output: string; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.tool, run.args, { cwd: run.cwd, env: { ...process.env, ...run.env }, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (cause) => reject(missing(run, cause)));
    child.on("close", (code) => resolve({ output: Buffer.concat(chunks).toString("utf8"), code }));
  });
}

function missing(run: ToolRun, cause: Error): TroupeError {
  const remedy = `Install the Debian package ${PACKAGES[run.tool] ?? run.tool}.`;
  return new TroupeError("TOOL_MISSING", { tool: run.tool, purpose: run.purpose, remedy }, cause);
}

/** The last line with something in it: where build tools say what went wrong. */
export function lastLine(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^\[?(error|fatal)\b/i.test(line));
  return errors[0] ?? lines.findLast((line) => line !== "") ?? "it printed nothing";
}
