import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "troupe-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function troupe(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join("packages", "cli", "src", "troupe.ts"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, stdout, stderr, lines: stdout.split("\n").filter((line) => line !== "") };
}

function saga(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const ORDER = join("sagas", "order-fulfilment.saga.yaml");
const BROKEN = `saga: broken
start: { on: OrderPlaced }
deadline: 1h
steps:
  pay: { done: PaymentCaptred, timeout: 1m, compensate: { none: nothing } }
  ship: { afer: [pay], done: ShipmentDispatched, timeout: 1m, compensate: { none: nothing } }
`;

test("check of a sound definition says so and exits with 0, in under a second of its own time", () => {
  const { status, stdout, stderr } = troupe("check", ORDER);
  assert.deepEqual([status, stdout, stderr], [0, "", "0 errors, 0 warnings in 1 file\n"]);
});

test("check names every problem of a file as file:line:column code message, suggests the nearest name, and exits with 1", () => {
  const file = saga("broken.saga.yaml", BROKEN);
  const { status, lines } = troupe("check", file);
  assert.equal(status, 1);
  assert.match(lines[0] ?? "", new RegExp(`^${file}:5:\\d+ event-unknown .*PaymentCaptured`));
  assert.match(lines[1] ?? "", new RegExp(`^${file}:6:11 key-unknown .*\`after\``));
});

test("check --json is an array of the same problems", () => {
  const { status, stdout } = troupe("check", "--json", saga("broken.saga.yaml", BROKEN));
  const problems: readonly { readonly line: number; readonly severity: string; readonly code: string }[] = JSON.parse(stdout);
  assert.equal(status, 1);
  assert.deepEqual(problems.map(({ line, severity, code }) => [line, severity, code]).slice(0, 2), [
    [5, "error", "event-unknown"],
    [6, "error", "key-unknown"],
  ]);
});

test("a file that is not there makes check exit with 2, and the other files are checked all the same", () => {
  const { status, stderr } = troupe("check", join(folder, "missing.saga.yaml"), ORDER);
  assert.equal(status, 2);
  assert.match(stderr, /missing\.saga\.yaml can't be read: .*\n0 errors, 0 warnings in 2 files/);
});

test("a folder of contracts that is not there makes every command end with 2 and one sentence", () => {
  for (const command of ["check", "prove", "diagram", "replay"]) {
    const { status, stdout, stderr } = troupe(command, ORDER, "--schemas", join(folder, "nope"));
    assert.deepEqual([status, stdout], [2, ""], command);
    assert.match(stderr, /^SCHEMA_INVALID: .*nope.*\n$/);
  }
});

test("check of two files for one saga names the second with the first; the same file twice is one file", () => {
  const copy = saga("copy.saga.yaml", readFileSync(join(ROOT, ORDER)));
  const { status, lines, stderr } = troupe("check", ORDER, `./${ORDER}`, copy);
  assert.equal(status, 1);
  assert.deepEqual(lines, [
    `${copy}:1:1 saga-repeated the saga \`orderFulfilment\` is defined in ${ORDER} already; allowed is one file for each saga, and the first one counts`,
  ]);
  assert.match(stderr, /1 error, 0 warnings in 2 files/);
});

test("of many events those beside the misspelt one are offered, and none of the platform's own", () => {
  const { stdout } = troupe("check", saga("misspelt.saga.yaml", BROKEN.replace("PaymentCaptred", "PaymentXyzzy")));
  const [said = ""] = stdout.split("\n").filter((line) => line.includes("`PaymentXyzzy`"));
  assert.match(said, /allowed are \d+ names, in the alphabet beside it (\w+, ){9}\w+$/);
  assert.match(said, /PaymentRefunded|PaymentDeclined|PaymentCaptured/);
  assert.doesNotMatch(troupe("check", saga("internal.saga.yaml", BROKEN.replace("PaymentCaptred", "SagaStarte"))).stdout, /SagaStarted/);
});

test("bytes that are no UTF-8 are an error at their place, never a stack trace", () => {
  const { status, lines, stderr } = troupe("check", saga("bytes.saga.yaml", Uint8Array.from([0x73, 0x0a, 0x61, 0xff, 0xfe])));
  assert.equal(status, 1);
  assert.match(lines[0] ?? "", /bytes\.saga\.yaml:2:2 yaml-malformed /);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test("check --fields lists what a definition reads of each event", () => {
  const { stdout } = troupe("check", "--fields", ORDER);
  assert.match(stdout, /OrderPlaced: currency, customerId, orderId, total/);
});

test("prove says what it looked at, how long it took and where it stopped", () => {
  const { status, lines } = troupe("prove", ORDER);
  assert.equal(status, 0);
  assert.equal(lines[0], "orderFulfilment: proved: every path ends by rule 13 with net effect 1 or 0 in the order of rule 3");
  assert.match(lines[1] ?? "", /^\d+ situations, \d+ steps between them, \d+\.\d s; in \d+ it was completed/);
  assert.match(lines[2] ?? "", /^bounded: paths with more than 2 surprises were left out/);
});

test("prove --json carries verdict, states, seconds and bounds; a bound that is too small leaves it unfinished", () => {
  const { status, stdout } = troupe("prove", ORDER, "--json", "--states", "10");
  const proof = JSON.parse(stdout);
  assert.equal(status, 1);
  assert.equal(proof.verdict, "unfinished");
  assert.equal(proof.states, 10);
  assert.equal(typeof proof.seconds, "number");
});

test("prove of a definition with errors names them instead", () => {
  const { status, stdout, stderr } = troupe("prove", saga("broken.saga.yaml", BROKEN));
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /broken\.saga\.yaml:5:\d+ event-unknown/);
});

test("prove --json of a faulty or unreadable file is JSON all the same, and says why", () => {
  const faulty = troupe("prove", "--json", saga("broken.saga.yaml", BROKEN));
  const { verdict, problems } = JSON.parse(faulty.stdout);
  assert.deepEqual([faulty.status, verdict, problems[0].line, problems[0].code], [1, "faulty", 5, "event-unknown"]);
  const missing = troupe("prove", "--json", join(folder, "missing.saga.yaml"));
  assert.deepEqual([missing.status, JSON.parse(missing.stdout).verdict], [2, "unreadable"]);
});

test("diagram draws Mermaid, and with --svg an image with every step in it", () => {
  const mermaid = troupe("diagram", ORDER).stdout;
  assert.match(mermaid, /^---\ntitle: "Order fulfilment"\n---\nflowchart TD\n/);
  const svg = troupe("diagram", ORDER, "--svg").stdout;
  for (const step of ["reserveStock", "chargePayment", "ship", "confirmOrder"]) assert.match(svg, new RegExp(`>${step}</text>`));
});

test("a command that is not known is answered with the nearest one", () => {
  const { status, stderr } = troupe("chek", ORDER);
  assert.equal(status, 1);
  assert.match(stderr, /did you mean check/);
});

test("replay of a file that can't be read, has errors, or has no data to look at exits with 2 and one sentence", () => {
  for (const [file, sentence] of [
    [join(folder, "missing.saga.yaml"), /can't be read/],
    [saga("broken.saga.yaml", BROKEN), /event-unknown/],
    [ORDER, /^DATA_FOLDER_UNUSABLE: .*troupe\.db can't be used as a data file: there is no such file\.\n$/],
  ] as const) {
    const { status, stdout, stderr } = troupe("replay", file, "--data", join(folder, "no-data"));
    assert.deepEqual([status, stdout], [2, ""], file);
    assert.match(stderr, sentence);
    assert.equal(existsSync(join(folder, "no-data")), false, "looking makes nothing");
  }
});

test("activate needs a version that is a number, and a reason", () => {
  assert.match(troupe("activate", "orderFulfilment", "two", "--reason", "why").stderr, /^OPTION_INVALID: .*`two`.*whole number/);
  assert.match(troupe("activate", "orderFulfilment", "2").stderr, /^OPTION_INVALID: Option --reason .*a sentence that says why/);
});
