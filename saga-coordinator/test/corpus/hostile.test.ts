import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFINITION_BOUNDS } from "../../src/core/definition/bounds.ts";
import { parseDefinition } from "../../src/reading/index.ts";
import type { Problem } from "../../src/core/definition/problems.ts";
import { corpusEvents } from "./events.ts";

const HEAD = "saga: hostile\nstart: { on: OrderPlaced }\ndeadline: 7d\nsteps:\n";
const stepOf = (keys: string): string => `${HEAD}  reserve: { done: StockReserved, ${keys}, timeout: 1m, compensate: { none: x } }\n`;

/** Checks within a time that no answer needs: what takes longer hangs. An idle machine needs a thirtieth of it. */
const SECONDS = 20;
function check(input: string | Uint8Array): readonly Problem[] {
  const began = performance.now();
  const { problems } = parseDefinition(input, { file: "h.saga.yaml", events: corpusEvents });
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < SECONDS, `it took ${seconds.toFixed(1)} s`);
  for (const { line, column, message } of problems) {
    assert.ok(line >= 1 && column >= 1, `${line}:${column}`);
    assert.doesNotMatch(message, /\n|\bat .*\.ts:\d/, "a message is one line and no stack trace");
  }
  return problems;
}
const codesOf = (input: string | Uint8Array): readonly string[] => [...new Set(check(input).map(({ code }) => code))];

function layered(steps: number, width: number): string {
  const lines = Array.from({ length: steps }, (_, at) => {
    const layer = Math.floor(at / width);
    const after = layer === 0 ? [] : Array.from({ length: width }, (__, column) => `s${(layer - 1) * width + column}`);
    const guard = `event.reason == "${at}"`;
    const undo = `compensate: { emit: StockReleaseRequested, with: { orderId: saga.id }, done: { on: StockReleased, if: 'event.orderId == "${at}"' } }`;
    return `  s${at}: { after: [${after.join(", ")}], done: { on: StockRejected, if: '${guard}' }, timeout: 1s, ${undo} }`;
  });
  return `${HEAD}${lines.join("\n")}\n`;
}

test("500 steps, each after all of the layer before, are checked", () => {
  assert.deepEqual(codesOf(layered(500, 10)), []);
});

test("a chain of 500 steps is checked", () => {
  assert.deepEqual(codesOf(layered(500, 1)), []);
});

test("500 steps in one circle are one problem", () => {
  const text = layered(500, 1).replace("s0: { after: []", "s0: { after: [s499]");
  assert.deepEqual(codesOf(text), ["cycle"]);
});

test("more steps than allowed are refused", () => {
  const problems = check(layered(DEFINITION_BOUNDS.steps + 1, 1));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["too-large"],
  );
  assert.match(problems[0]?.message ?? "", /1001 steps; allowed are 1000/);
});

test("a file of 10 MB is refused before it is parsed", () => {
  const problems = check(`${HEAD}# ${"x".repeat(10_000_000)}\n`);
  assert.match(problems[0]?.message ?? "", /the file has 100\d+ characters; allowed are 1000000/);
  assert.deepEqual(codesOf(new Uint8Array(10_000_000).fill(0x61)), ["too-large"]);
});

test("CEL that nests deeper, or is longer, than the language allows is refused and not run into the stack", () => {
  for (const text of [
    `${"(".repeat(5000)}true${")".repeat(5000)}`,
    `${"!".repeat(5000)}true`,
    `${"-".repeat(3000)}1 == 1`,
    Array.from({ length: 4000 }, () => "true").join(" && "),
    `${"[".repeat(80)}1${"]".repeat(80)} == []`,
    `start${".x".repeat(2000)} == 1`,
    `"${"x".repeat(20_000)}" == ""`,
    Array.from({ length: 300 }, () => "true ? true : ").join("") + "true",
  ])
    assert.deepEqual(codesOf(stepOf(`if: '${text}'`)).length, 1, text.slice(0, 40));
});

test("durations that no calendar has are refused", () => {
  for (const text of ["99999999999999999999d", "1e9d", "-1s", "0ms", "P1Y", "PT", "Infinity", "36526d", "1.5h", "10000000000000000"])
    assert.deepEqual(codesOf(`${HEAD}  reserve: { done: StockReserved, timeout: ${text}, compensate: { none: x } }\n`), ["duration-invalid"], text);
});

test("numbers that are none, or beyond what is counted, are refused", () => {
  const command = "command: { emit: StockReleaseRequested, with: { orderId: saga.id } }";
  for (const text of ["0", "-1", "1.5", "1e400", "99999999999999999999", ".nan", "0x", "''", "[]", "null"])
    assert.deepEqual(codesOf(stepOf(`${command}, retry: { attempts: ${text} }`)), ["value-invalid"], text);
});

test("anchors are read like what they stand for", () => {
  const anchored = `saga: hostile\nstart: { on: OrderPlaced }\nsteps:\n  a: { done: StockReserved, timeout: &t 1m, compensate: &c { none: x } }\n  b: { done: StockRejected, timeout: *t, compensate: *c }\n`;
  assert.deepEqual(codesOf(anchored), []);
});

test("an alias bomb is not expanded", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let at = 1; at < 30; at++) {
    const [name, before] = [`a${at}`, at === 1 ? "a" : `a${at - 1}`];
    bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(", ")}]`);
  }
  assert.deepEqual(codesOf(`${bomb.join("\n")}\n${stepOf("after: *a29")}`), ["key-unknown", "name-invalid"]);
});

test("an alias to nothing, or to itself, is a problem and no endless loop", () => {
  assert.ok(codesOf(stepOf("after: *nowhere")).includes("yaml-malformed"));
  assert.ok(codesOf(`${HEAD}  reserve: &r { done: StockReserved, compensate: *r, timeout: 1m }\n`).length > 0);
  assert.ok(codesOf("saga: hostile\nstart: &s [*s]\nsteps: { a: { done: StockReserved } }\n").length > 0);
});

test("a key that stands twice is named where it stands again", () => {
  const [problem, ...others] = check(stepOf("failed: StockRejected, failed: StockReleased"));
  assert.deepEqual([problem?.code, problem?.line, others.length], ["yaml-malformed", 5, 0]);
  assert.match(problem?.message ?? "", /keys must be unique/i);
});

test("bytes that are no UTF-8 are named with their place", () => {
  const bytes = new TextEncoder().encode(`${HEAD}  reserve: { title: Grüße`);
  const broken = new Uint8Array([...bytes, 0xfc, 0x20, ...new TextEncoder().encode("}\n")]);
  const [problem] = check(broken);
  assert.deepEqual([problem?.code, problem?.line, problem?.column], ["yaml-malformed", 5, 26]);
  assert.match(problem?.message ?? "", /not UTF-8/);
  assert.deepEqual(codesOf(new Uint8Array([0xff, 0xfe, 0x73, 0x00])), ["yaml-malformed"]);
});

test("a byte order mark is no mistake", () => {
  const text = `\ufeff${stepOf("failed: StockRejected")}`;
  assert.deepEqual(codesOf(new TextEncoder().encode(text)), []);
});

test("NUL and other control characters are named with their place", () => {
  const [problem] = check(stepOf("title: a\u0000b"));
  assert.deepEqual([problem?.code, problem?.line, problem?.column], ["yaml-malformed", 5, 43]);
  assert.match(problem?.message ?? "", /control character 0x00/);
});

test("brackets and lists without end do not reach the parser's stack", () => {
  for (const text of ["[".repeat(100_000), "{a: ".repeat(50_000), "- ".repeat(100_000), "? ".repeat(100_000), `${"a: ".repeat(10_000)}b`])
    assert.ok(codesOf(text).length > 0, text.slice(0, 10));
  const indented = (lines: number): string => `${Array.from({ length: lines }, (_, at) => `${" ".repeat(at)}a:`).join("\n")}\n`;
  for (const lines of [1300, 65]) {
    const [problem, ...others] = check(indented(lines));
    assert.deepEqual([problem?.code, problem?.line, problem?.column, others.length], ["too-large", 65, 65, 0]);
  }
  assert.deepEqual(codesOf(indented(64)).toSorted(), ["key-missing", "key-unknown"]);
});

test("an empty file, one of spaces and one of several documents are problems", () => {
  for (const text of ["", " \n \n", "# only a comment\n", "---\n...\n", "null\n", "~", "42", `${stepOf("failed: StockRejected")}---\n${HEAD}`])
    assert.ok(codesOf(text).length > 0, JSON.stringify(text.slice(0, 20)));
});

test("merge keys and tags mean nothing here", () => {
  assert.deepEqual(codesOf(stepOf('"<<": { failed: StockRejected }')), ["key-unknown"]);
  assert.ok(codesOf(stepOf("title: !!js/function 'x'")).length <= 1);
});

test("names that JavaScript objects have are names like any other", () => {
  assert.ok(codesOf(stepOf("__proto__: { optional: true }")).includes("key-unknown"));
  assert.ok(codesOf(stepOf("if: 'start.constructor == start.__proto__'")).includes("field-unknown"));
  assert.ok(codesOf(stepOf("after: [constructor]")).includes("step-unknown"));
  assert.ok(codesOf(`${HEAD}  reserve: { done: ToString, timeout: 1m, compensate: { none: x } }\n`).includes("event-unknown"));
});
