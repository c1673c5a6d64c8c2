import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { reasonOf, TroupeError } from "@troupe/kernel";
import { alone } from "./alone.ts";
import type { Launch, NativeServer, Readiness, Say, ServerFolder } from "./native-server.ts";
import { firstTaken } from "./ports.ts";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";
import { lastLine } from "./run-tool.ts";
import { folderOf, forget, makeFolder, remember, runningIn } from "./server-folder.ts";
import { until } from "./until.ts";

/**
 * Brings one server up, or finds it up; returns when it is ready.
 * Throws SERVER_PORT_TAKEN, TOOL_MISSING, TOOL_FAILED, SERVER_NOT_READY.
 */
export async function up(server: NativeServer, say: Say): Promise<void> {
  const folder = folderOf(server.name);
  await makeFolder(folder);
  await alone(folder.root, async () => {
    const already = await runningIn(folder);
    const began = Date.now();
    const running = already ?? (await start(server, folder, say));
    await becomeReady(server, folder, running);
    await server.settle?.();
    const how = already ? "was up already" : `ready in ${((Date.now() - began) / 1000).toFixed(1)} s`;
    say(`${how}, ${server.address}`);
  });
}

async function start(server: NativeServer, folder: ServerFolder, say: Say): Promise<ProcessIdentity> {
  const port = await firstTaken(server.ports);
  if (port !== undefined) throw new TroupeError("SERVER_PORT_TAKEN", { server: server.name, port });
  const binaries = await server.install(say);
  await keepOldLog(folder);
  const launch = await server.prepare(binaries, folder);
  const identity = await launchDetached(launch, folder);
  if (identity === undefined) throw notReady(server, folder, { seconds: 0, reason: await lastWords(folder) });
  await remember(folder, identity);
  return identity;
}

/** A log tells about one run: what the last run said must not pass for why this one failed. */
async function keepOldLog(folder: ServerFolder): Promise<void> {
  await rename(folder.log, `${folder.log}.previous`).catch(() => undefined); // the first run has no old log
}

/** Starts a program that outlives this one, in a process group of its own so that Ctrl-C in this terminal does not reach it. */
async function launchDetached(launch: Launch, folder: ServerFolder): Promise<ProcessIdentity | undefined> {
  const log = openSync(folder.log, "a");
  try {
    const options = { cwd: launch.cwd ?? folder.root, detached: true, stdio: ["ignore", log, log] as ["ignore", number, number] }; // a tuple, not an array
    const child = spawn(launch.command, launch.args, options);
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    return child.pid === undefined ? undefined : identify(child.pid);
  } finally {
    closeSync(log);
  }
}

async function becomeReady(server: NativeServer, folder: ServerFolder, running: ProcessIdentity): Promise<void> {
  const began = Date.now();
  let last: Readiness = { ready: false, reason: "it was not asked yet" };
  const outcome = await until({ seconds: server.readyWithin, everyMillis: 100 }, async () => {
    if (!isRunning(running)) return "ended";
    last = await server.ready();
    return last.ready ? "ready" : undefined;
  });
  if (outcome === "ready") return;
  const seconds = Math.round((Date.now() - began) / 1000);
  const reason = outcome === "ended" ? `it ended, saying: ${await lastWords(folder)}` : reasonIn(last);
  throw notReady(server, folder, { seconds, reason });
}

const reasonIn = (readiness: Readiness): string => (readiness.ready ? "it was ready once" : readiness.reason);

const lastWords = async (folder: ServerFolder): Promise<string> => lastLine(await readFile(folder.log, "utf8").catch(reasonOf));

function notReady(server: NativeServer, folder: ServerFolder, what: { readonly seconds: number; readonly reason: string }): TroupeError {
  return new TroupeError("SERVER_NOT_READY", { server: server.name, log: folder.log, ...what });
}

/** Stops what was started here, politely first. A process that only has the same number is left alone. */
export async function down(server: NativeServer, say: Say): Promise<void> {
  const folder = folderOf(server.name);
  const running = await runningIn(folder);
  if (running === undefined) return say("was down already");
  const began = Date.now();
  const how = (await ends(running, "SIGTERM", server.stopWithin)) ? "stopped" : "killed";
  if (how === "killed") await ends(running, "SIGKILL", 10);
  await forget(folder);
  say(`${how} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Stops the server, removes what it stored, and brings it up empty. The data folder is this checkout's own. */
export async function reset(server: NativeServer, say: Say): Promise<void> {
  await down(server, say);
  await rm(folderOf(server.name).data, { recursive: true, force: true });
  await up(server, say);
}

async function ends(running: ProcessIdentity, signal: NodeJS.Signals, seconds: number): Promise<boolean> {
  if (isRunning(running)) process.kill(running.pid, signal);
  const gone = await until({ seconds, everyMillis: 50 }, async () => (isRunning(running) ? undefined : true));
  return gone === true;
}

export type ServerStatus = {
  readonly name: string;
  readonly version: string;
  readonly address: string;
  readonly pid: string;
  readonly ready: string;
  readonly folder: string;
};

export async function statusOf(server: NativeServer): Promise<ServerStatus> {
  const { name, version, address } = server;
  const folder = folderOf(name);
  const running = await runningIn(folder);
  if (running === undefined) return { name, version, address, pid: "-", ready: "down", folder: folder.data };
  const readiness = await server.ready();
  return {
    name,
    version,
    address,
    pid: String(running.pid),
    ready: readiness.ready ? "yes" : `no: ${readiness.reason}`,
    folder: folder.data,
  };
}

/** The last lines that a server wrote; empty when it never ran. */
export async function logOf(server: NativeServer, lines: number): Promise<{ readonly path: string; readonly text: string }> {
  const { log } = folderOf(server.name);
  const text = await readFile(log, "utf8").catch(() => "");
  return { path: log, text: text.trimEnd().split("\n").slice(-lines).join("\n") };
}
