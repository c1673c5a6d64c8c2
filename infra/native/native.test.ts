import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { TroupeError } from "@troupe/kernel";
import { alone } from "./alone.ts";
import { cached, cacheRoot } from "./binary-cache.ts";
import { majorIn } from "./java.ts";
import { firstTaken } from "./ports.ts";
import { identify, isRunning } from "./process-identity.ts";
import { lastLine, runTool } from "./run-tool.ts";
import { CLUSTERS, chosen, SERVERS } from "./servers.ts";

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-native-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Binaries of this test go to a cache of its own. */
function ownCache(t: TestContext): void {
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = temporary(t);
  t.after(() => (before === undefined ? delete process.env["XDG_CACHE_HOME"] : Object.assign(process.env, { XDG_CACHE_HOME: before })));
}

const hasCode = (code: string) => (error: unknown) => error instanceof TroupeError && error.code === code;

test("a process is known by its start, so a later one with the same number is never stopped for it", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const identity = identify(child.pid ?? 0);
  assert.ok(identity && isRunning(identity));
  assert.equal(isRunning({ ...identity, started: "1" }), false);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(isRunning(identity), false);
});

test("no two servers want the same port, and each is found by its name", () => {
  const ports = [...SERVERS, ...CLUSTERS].flatMap((server) => server.ports);
  assert.equal(new Set(ports).size, ports.length);
  assert.deepEqual(chosen(["kafka"]), [SERVERS[0]]);
  assert.deepEqual(chosen(["clusters"]), CLUSTERS);
  assert.deepEqual(chosen([]), SERVERS);
  assert.throws(() => chosen(["kafak"]), /did you mean kafka\?/);
});

test("a taken port is found", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  assert.equal(await firstTaken([address.port]), address.port);
});

test("binaries that a killed installation left half done are never taken for whole ones", async (t) => {
  ownCache(t);
  const recipe = { name: "thing", version: "1", announcement: "making", say: () => undefined };
  const broken = cached({ ...recipe, fill: () => Promise.reject(new Error("cut off")) });
  await assert.rejects(broken, /cut off/);
  assert.deepEqual(readdirSync(cacheRoot()), []);
  const folder = await cached({ ...recipe, fill: async (draft) => writeFileSync(join(draft, "thing"), "whole") });
  assert.equal(readFileSync(join(folder, "thing"), "utf8"), "whole");
});

test("binaries are made once, also when two ask at the same time", async (t) => {
  ownCache(t);
  const recipe = { name: "thing", version: "1", announcement: "making", say: () => undefined };
  const make = (text: string) => cached({ ...recipe, fill: async (draft) => writeFileSync(join(draft, "thing"), text) });
  const [first, second] = await Promise.all([make("a"), make("b")]);
  assert.equal(first, second);
  assert.equal(await make("c"), first);
  assert.deepEqual(readdirSync(cacheRoot()), ["thing-1"]);
});

test("a missing tool is named with what it is for and what brings it", async (t) => {
  const cwd = temporary(t);
  const run = runTool({ tool: "no-such-tool", args: [], cwd, purpose: "to build Jaeger", log: join(cwd, "log") });
  await assert.rejects(run, (error) => hasCode("TOOL_MISSING")(error) && /`no-such-tool` is needed to build Jaeger/.test(String(error)));
});

test("a tool that fails says why in one sentence, and everything in its log", async (t) => {
  const cwd = temporary(t);
  const script = "console.log('line one'); console.error('[ERROR] no such artifact'); process.exit(2)";
  const run = runTool({ tool: process.execPath, args: ["-e", script], cwd, purpose: "to fetch it", log: join(cwd, "log") });
  await assert.rejects(run, (error) => hasCode("TOOL_FAILED")(error) && /\[ERROR\] no such artifact/.test(String(error)));
  assert.match(readFileSync(join(cwd, "log"), "utf8"), /line one/);
});

test("the line that says what went wrong is found in the output of build tools", () => {
  assert.equal(lastLine("Downloading\n[ERROR] no artifact\n[ERROR] see the help page\n"), "[ERROR] no artifact");
  assert.equal(lastLine("one\ntwo\n\n"), "two");
  assert.equal(lastLine(""), "it printed nothing");
});

test("Java tells its major version in an old and a new form", () => {
  assert.equal(majorIn('openjdk version "17.0.15" 2025-04-15'), 17);
  assert.equal(majorIn('openjdk version "25" 2025-09-16'), 25);
  assert.equal(majorIn('java version "1.8.0_392"'), 8);
  assert.equal(majorIn("no java here"), 0);
});

test("two that start the same server take turns", async (t) => {
  const folder = temporary(t);
  const order: string[] = [];
  const turn = (name: string) =>
    alone(folder, async () => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
    });
  await Promise.all([turn("a"), turn("b"), turn("c")]);
  assert.deepEqual(
    order.map((entry) => entry.split(" ")[1]),
    ["in", "out", "in", "out", "in", "out"],
  );
});

test("a start that was killed in the middle does not keep the next one waiting", async (t) => {
  const folder = temporary(t);
  mkdirSync(join(folder, "busy"));
  writeFileSync(join(folder, "busy", "owner"), JSON.stringify({ pid: process.pid, started: "another time" }));
  assert.equal(await alone(folder, async () => "done"), "done");
  assert.equal(existsSync(join(folder, "busy")), false);
});
