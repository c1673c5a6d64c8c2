import { spawn, spawnSync } from "node:child_process";
import { explain } from "@troupe/kernel";
import { answersIn, commandsIn, matches, selfEnding, withServer } from "./readme.ts";
import { ROOT, read } from "./tree.ts";

/**
 * Runs what README.md shows, as a reader would: `npm start` serves while the curl lines are answered and a second
 * terminal joins, the rest one after the other. Needs the native servers up and port 8080 free. Ends with
 * `N passed, N failed`.
 */
const READY_WITHIN_MILLIS = 300_000;
const ANSWER_WITHIN_MILLIS = 60_000;

type Outcome = { readonly command: string; readonly problem: string | undefined };

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const wait = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function main(): Promise<void> {
  const page = read("README.md");
  const commands = [...new Set(commandsIn(page))];
  const outcomes = [...(await serving(withServer(commands), answersIn(page))), ...selfEnding(commands).map(runOnce)];
  for (const { command, problem } of outcomes)
    print(problem === undefined ? `ok      ${command}` : `FAILED  ${command}\n        ${problem}`);
  const failed = outcomes.filter(({ problem }) => problem !== undefined).length;
  print(`${outcomes.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

function runOnce(command: string): Outcome {
  print(`$ ${command}`);
  const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" });
  return { command, problem: status === 0 ? undefined : `exit code ${status}: ${stderr.trim().split("\n").at(-1)}` };
}

/** `npm start` as it stands there, the commands that need it, then Ctrl-C. */
async function serving(commands: readonly string[], answers: readonly string[]): Promise<readonly Outcome[]> {
  const server = background("npm start");
  const outcomes: Outcome[] = [];
  try {
    await untilReady(server);
    const curls = commands.filter((command) => command.startsWith("curl "));
    for (const [at, command] of curls.entries()) outcomes.push(await answered(command, answers[at]));
    for (const command of commands.filter((other) => other.startsWith("npm run role "))) outcomes.push(await joins(command));
  } catch (error) {
    outcomes.push({ command: "npm start", problem: explain(error) });
  }
  return [...outcomes, { command: "npm start", problem: await server.interrupt() }];
}

async function untilReady(server: Background): Promise<void> {
  const ready = async (): Promise<boolean> => (await fetch("http://127.0.0.1:8080/readyz").catch(() => undefined))?.ok === true;
  for (const deadline = Date.now() + READY_WITHIN_MILLIS; !(await ready()); await wait(200)) {
    if (server.ended() || Date.now() > deadline) throw new Error(`it did not become ready: ${server.output().trim().split("\n").at(-1)}`);
  }
}

/** A saga needs a moment: the same question is asked until the answer is the one that the page shows. */
async function answered(command: string, expected: string | undefined): Promise<Outcome> {
  if (expected === undefined) return { command, problem: "the page shows no answer to it" };
  for (const deadline = Date.now() + ANSWER_WITHIN_MILLIS; ; await wait(300)) {
    const { stdout } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (matches(stdout.trim(), expected)) return { command, problem: undefined };
    if (Date.now() > deadline) return { command, problem: `answered ${stdout.trim().slice(0, 300)}, the page says ${expected}` };
  }
}

async function joins(command: string): Promise<Outcome> {
  const role = background(command);
  for (const deadline = Date.now() + ANSWER_WITHIN_MILLIS; !role.output().includes("Ctrl-C stops"); await wait(200)) {
    if (role.ended() || Date.now() > deadline) return { command, problem: `it did not come up: ${role.output().trim()}` };
  }
  return { command, problem: await role.interrupt() };
}

type Background = { output(): string; ended(): boolean; interrupt(): Promise<string | undefined> };

/** Ends with what was wrong about its end. In a process group of its own, so that Ctrl-C reaches npm, the launcher and the program as in a terminal. */
function background(command: string): Background {
  print(`$ ${command} &`);
  const child = spawn("bash", ["-c", `exec ${command}`], { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const closed = new Promise<string | undefined>((resolve) => {
    // npm ends itself by the signal that ended its script; the program's own exit code is tested in e2e/embedded/stop.test.ts.
    child.on("close", (code, signal) => resolve(code === 0 || signal === "SIGINT" ? undefined : `Ctrl-C ended it with ${code ?? signal}`));
  });
  return {
    output: () => output,
    ended: () => child.exitCode !== null,
    interrupt: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
      return closed;
    },
  };
}

await main();
