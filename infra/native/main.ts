import { relative } from "node:path";
import { explain, TroupeError } from "@troupe/kernel";
import { freeze, kill, thaw } from "./failures.ts";
import type { NativeServer, Say } from "./native-server.ts";
import { chosen } from "./servers.ts";
import { down, logOf, reset, type ServerStatus, statusOf, up } from "./supervisor.ts";

/**
 * `npm run servers -- up|down|reset|status|logs [names]`: real Kafka, schema registry, MongoDB and Jaeger without containers.
 * `kill`, `freeze` and `thaw` need names: they are for seeing what happens when a server fails.
 */
const COMMANDS: { readonly [name: string]: (servers: readonly NativeServer[]) => Promise<void> } = {
  up: (servers) => together(servers, up),
  down: (servers) => together(servers, down),
  reset: (servers) => together(servers, reset),
  kill: (servers) => together(servers, kill),
  freeze: (servers) => together(servers, freeze),
  thaw: (servers) => together(servers, thaw),
  status: printStatus,
  logs: printLogs,
};

const NAMED_ONLY: readonly string[] = ["kill", "freeze", "thaw"];

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** All at once; one that fails does not stop the others, and makes the exit code 1. */
async function together(servers: readonly NativeServer[], act: (server: NativeServer, say: Say) => Promise<void>): Promise<void> {
  const each = servers.map(async (server) => {
    const say: Say = (line) => print(`${server.name.padEnd(9)} ${line}`);
    await act(server, say).catch((error: unknown) => {
      say(explain(error));
      process.exitCode = 1;
    });
  });
  await Promise.all(each);
}

async function printStatus(servers: readonly NativeServer[]): Promise<void> {
  const rows = await Promise.all(servers.map(statusOf));
  const titles = { name: "server", version: "version", address: "address", pid: "pid", ready: "ready", folder: "data" };
  const shown = rows.map((row) => ({ ...row, folder: relative(process.cwd(), row.folder) || "." }));
  for (const line of table([titles, ...shown])) print(line);
  if (rows.some((row) => row.ready !== "yes")) process.exitCode = 1;
}

function table(rows: readonly ServerStatus[]): readonly string[] {
  const columns = ["name", "version", "address", "pid", "ready", "folder"] as const;
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    columns
      .map((column, index) => row[column].padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

async function printLogs(servers: readonly NativeServer[]): Promise<void> {
  for (const server of servers) {
    const { path, text } = await logOf(server, 40);
    print(`== ${server.name}: the last 40 lines of ${path}\n${text === "" ? "(nothing yet)" : text}`);
  }
}

async function main([command = "", ...names]: readonly string[]): Promise<void> {
  const run = COMMANDS[command];
  const allowed = `commands are ${Object.keys(COMMANDS).join(", ")}, followed by names of servers (none: all)`;
  if (run === undefined) throw new TroupeError("OPTION_UNKNOWN", { option: command, allowed });
  if (names.length === 0 && NAMED_ONLY.includes(command)) {
    throw new TroupeError("OPTION_INVALID", { option: command, found: undefined, allowed: "names of servers, e.g. `kafka`" });
  }
  await run(chosen(names));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
