import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { until, within } from "./until.ts";

export const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(ROOT, "packages", "cli", "launch.mjs");

/** What things must not outlive: a TestContext, or a whole file. */
export type Scope = { after(clean: () => Promise<void> | void): void };

/** The scope of a file. Call it at the top of the file: node:test binds what is registered inside a hook to that hook. */
export function fileScope(): Scope {
  const cleans: Clean[] = [];
  after(async () => {
    for (const clean of cleans) await clean();
  });
  return { after: (clean) => void cleans.push(clean) };
}

type Clean = () => Promise<void> | void;
const cleanings = new WeakMap<Scope, Clean[] | "over">();

/** Cleans in the reverse order of making, which node:test does not: a folder goes after the processes that use it. */
export function cleanUp(scope: Scope, clean: Clean): void {
  const known = cleanings.get(scope);
  if (known === "over") {
    void clean(); // a body that goes on after its test has failed
    throw new Error("the test is over");
  }
  if (known !== undefined) {
    known.push(clean);
    return;
  }
  const all = [clean];
  cleanings.set(scope, all);
  scope.after(async () => {
    cleanings.set(scope, "over");
    for (const next of all.toReversed()) await next();
  });
}

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
};

/** One Troupe process: the launcher that `npm` runs, and the program that it hands over to. */
export type Troupe = {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Where it answers HTTP, as it says itself. Rejects when it ends before or does not say so in time. */
  address(): Promise<string>;
  /** Rejects when it does not end in time. */
  ended(withinMs?: number): Promise<Exit>;
  /** kill -9 of the launcher and the program; resolves when both are gone. */
  kill(): Promise<void>;
  /** As Ctrl-C or an orchestrator sends it. */
  signal(name: "SIGINT" | "SIGTERM"): void;
};

export type RunOptions = { readonly env?: { readonly [name: string]: string } };

/** Platforms of tests run in a zone of their own choice: nothing of the caller's TROUPE_ settings reaches them. */
function environment(env: RunOptions["env"]): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("TROUPE_") && !name.startsWith("NODE_TEST"));
  // The machine of a test run may be so busy that a process would turn requests away.
  return { ...Object.fromEntries(inherited), TROUPE_MAX_LATE: "60000", ...env };
}

/** Runs a command of package.json, e.g. `["start", "--exit"]`. It is killed at the end of the scope if it still runs. */
export function troupe(scope: Scope, args: readonly string[], { env }: RunOptions = {}): Troupe {
  const began = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: ROOT,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that launcher and program can be killed as one
  });
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  const seconds = () => (performance.now() - began) / 1000;
  const exit = new Promise<Exit>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr(), seconds: seconds() }));
  });
  const what = `\`${args.join(" ")}\``;
  const running: Troupe = {
    stdout,
    stderr,
    address: () => untilAddress(what, { child, stderr }),
    ended: (withinMs = 90_000) =>
      within(`end of ${what}`, withinMs, exit).catch((error: Error) => {
        throw new Error(`${error.message}\nstderr so far:\n${stderr()}`);
      }),
    async kill() {
      killGroup(child);
      await exit;
    },
    signal: (name) => void child.kill(name),
  };
  const onExit = () => killGroup(child); // a test run that breaks off leaves nothing behind
  process.setMaxListeners(100).once("exit", onExit);
  void exit.then(() => process.off("exit", onExit));
  cleanUp(scope, () => running.kill());
  return running;
}

/** The address of the first line, `troupe: embedded, http://127.0.0.1:4711`. */
function untilAddress(what: string, { child, stderr }: { readonly child: ChildProcess; readonly stderr: () => string }): Promise<string> {
  return until(`address of ${what}`, () => {
    const found = /^troupe: .*?(http:\/\/[\w.:[\]]+\d)/m.exec(stderr())?.[1];
    return found ?? (child.exitCode === null ? undefined : Promise.resolve(`gone:${child.exitCode}`));
  }).then((address) => {
    if (address.startsWith("gone:")) throw new Error(`${what} ended with ${address.slice(5)} instead of listening:\n${stderr()}`);
    return address;
  });
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // gone already
  }
}

/** A folder that is removed at the end of the scope. Make it before the processes that use it. */
export function tempFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-e2e-"));
  cleanUp(scope, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
