import assert from "node:assert/strict";
import { test } from "node:test";
import { definitionInvalid } from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";

const HEAD = "saga: s\nstart: { on: Started }\nsteps:\n";
const STEP = "  a: { done: ADone, failed: AFailed, timeout: 1s, compensate: { none: it only watches } }\n";
const SOUND = HEAD + STEP;

/** `line word code` of each error; `word` stands at its line and column. Without events: what the file alone shows. */
function errorsOf(text: string): readonly string[] {
  return parseDefinition(text, { file: "f.yaml" })
    .problems.filter(({ severity }) => severity === "error")
    .map(({ line, column, code }) => {
      const [word = ""] = /^[\w*-]*/.exec(text.split("\n")[line - 1]?.slice(column - 1) ?? "") ?? [];
      return `${line} ${word} ${code}`;
    });
}
const withStep = (keys: string): string => `${HEAD}  a: { ${keys}, timeout: 1s, compensate: { none: it only watches } }\n`;
const withStart = (start: string): string => SOUND.replace("{ on: Started }", start);

const CASES: readonly (readonly [fear: string, text: string, errors: readonly string[]])[] = [
  ["a start without an event", withStart("{ if: start.big }"), ["2  key-missing"]],
  ["an empty list of starts", withStart("[]"), ["2  key-missing"]],
  ["a start that is text", withStart("Started"), ["2 Started value-invalid"]],
  ["an event of a start in lower case", withStart("{ on: started }"), ["2 started name-invalid"]],
  ["a zone without a schedule", withStart("{ on: Started, zone: UTC }"), ["2 UTC key-misplaced"]],
  ["a guard beside a schedule", withStart('{ cron: "0 6 * * *", emit: Started, if: start.big }'), ["2 start key-misplaced"]],
  ["a schedule in a list", withStart('[{ cron: "0 6 * * *", emit: Started }]'), ["2  value-invalid"]],
  ["a schedule without its event", withStart('{ cron: "0 6 * * *" }'), ["2  key-missing"]],
  ["a schedule of no time", withStart("{ cron: [], emit: Started }"), ["2  value-invalid"]],
  ["a word for missed ticks that is none", withStart('{ cron: "0 6 * * *", emit: Started, missed: some }'), ["2 some value-invalid"]],
  ["a step that is text", `${HEAD}  a: ADone\n`, ["4 ADone value-invalid"]],
  ["an empty list of answers", withStep("done: []"), ["4  value-invalid"]],
  ["an answer without an event", withStep("done: [{ if: event.ok }]"), ["4  key-missing"]],
  ["an answer that is a list", withStep("done: [[ADone]]"), ["4  name-invalid"]],
  ["a command that is text", withStep("command: DoA, done: ADone"), ["4 DoA value-invalid"]],
  ["a command without its event", withStep("command: { with: { a: saga.id } }, done: ADone"), ["4  key-missing"]],
  ["a compensation that is text", withStep("done: ADone").replace("{ none: it only watches }", "UndoA"), ["4 UndoA value-invalid"]],
  ["a reason that is empty", withStep("done: ADone").replace("it only watches", '""'), ["4  value-invalid"]],
  [
    "causes of a retry that are none",
    withStep("command: { emit: DoA }, done: ADone, retry: { attempts: 2, on: sometimes }"),
    ["4 sometimes value-invalid"],
  ],
  [
    "any beside atLeast",
    `${SOUND}  b: { after: { any: [a], atLeast: 1 }, done: BDone, timeout: 1s, compensate: { none: x } }\n`,
    ["5 1 value-invalid"],
  ],
  ["atLeast without of", `${SOUND}  b: { after: { atLeast: 1 }, done: BDone, timeout: 1s, compensate: { none: x } }\n`, ["5  key-missing"]],
  ["of without atLeast", `${SOUND}  b: { after: { of: [a] }, done: BDone, timeout: 1s, compensate: { none: x } }\n`, ["5  key-missing"]],
  ["a join of nobody", `${SOUND}  b: { after: { any: [] }, done: BDone, timeout: 1s, compensate: { none: x } }\n`, ["5  value-invalid"]],
  ["correlate as text", `correlate: event.orderId\n${SOUND}`, ["1 event value-invalid"]],
  ["a correlation of no event", `correlate: { started: event.orderId }\n${SOUND}`, ["1 started name-invalid"]],
  ["the default as an alias", `correlate: { default: { alias: pay, of: event.p } }\n${SOUND}`, ["1  value-invalid"]],
  ["an alias without its value", `aliases: { pay: start.p }\ncorrelate: { ADone: { alias: pay } }\n${SOUND}`, ["2  key-missing"]],
  ["search as a list", `search: [a]\n${SOUND}`, ["1  value-invalid"]],
  ["a search key with a dash", `search: { order-id: start.id }\n${SOUND}`, ["1 order-id name-invalid"]],
  ["steps as a list", "saga: s\nstart: { on: Started }\nsteps: [a]\n", ["3  value-invalid"]],
  ["a mapping that is text", withStep("command: { emit: DoA, with: all }, done: ADone"), ["4 all value-invalid"]],
  ["a field without an expression", withStep('command: { emit: DoA, with: { a: "" } }, done: ADone'), ["4  value-invalid"]],
  [
    "a fan-out under a reserved name",
    withStep("forEach: start.lines, as: saga, key: saga.id, answerKey: event.a, command: { emit: DoA }, done: ADone"),
    ["4 saga name-invalid"],
  ],
  [
    "a repeat without its end",
    withStep("command: { emit: DoA }, done: ADone, repeat: { while: event.more }"),
    ["4  key-missing", "4  key-missing"],
  ],
  ["an anchor that is not there", HEAD + STEP.replace("ADone", "*done"), ["4 *done yaml-malformed", "4 *done name-invalid"]],
  ["a title that is a list", `title: [a]\n${SOUND}`, ["1  value-invalid"]],
  ["an expression of blanks", withStep('if: " ", done: ADone'), ["4  value-invalid"]],
  ["more attempts than a thousand", withStep("command: { emit: DoA }, done: ADone, retry: { attempts: 1001 }"), ["4 1001 value-invalid"]],
  [
    "a thousand attempts, which are allowed",
    withStep("command: { emit: DoA }, done: ADone, failed: AFailed, retry: { attempts: 1000 }"),
    [],
  ],
  ["an empty duration", `deadline:\n${SOUND}`, ["1  duration-invalid"]],
  ["a fan-out of a wait", `${HEAD}  a: { forEach: start.lines, as: line, key: line, wait: 1h }\n`, ["4 forEach fan-out-misplaced"]],
  [
    "otherwise with a guard",
    `${HEAD}  a: { choice: c, if: start.big, done: ADone, timeout: 1s, compensate: { none: x } }\n  b: { choice: c, otherwise: true, if: start.big, done: BDone, timeout: 1s, compensate: { none: x } }\n`,
    ["5 if otherwise-misplaced"],
  ],
];

test("the definition that every case below spoils is sound", () => assert.deepEqual(errorsOf(SOUND), []));

for (const [fear, text, errors] of CASES) test(`${fear} is refused where it stands`, () => assert.deepEqual(errorsOf(text), errors));

test("an anchor may be used, and is read as what it names", () => {
  const text = `${HEAD}  a: { done: ADone, timeout: 1s, compensate: &none { none: it only watches } }\n  b: { done: BDone, timeout: 1s, compensate: *none }\n`;
  assert.deepEqual(errorsOf(text), []);
});

test("a word or a list of words is allowed for the causes of a retry", () => {
  for (const on of ["timeout", "[timeout]", "[timeout, failed]"]) {
    const text = withStep(`command: { emit: DoA }, done: ADone, failed: AFailed, retry: { attempts: 2, on: ${on} }`);
    assert.deepEqual(errorsOf(text), [], on);
  }
});

test("bytes that are no UTF-8 are refused at their line and column", () => {
  const bytes = new Uint8Array([...new TextEncoder().encode("saga: s\ntitle: "), 0xff, 0x0a]);
  const { problems, definition } = parseDefinition(bytes, { file: "f.yaml" });
  assert.equal(definition, undefined);
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [[2, 8]],
  );
});

test("an error about definitions without a problem is a mistake of the caller, and says so", () => {
  assert.equal(definitionInvalid([]).code, "UNEXPECTED");
});
