import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { definitionInvalid, type KnownEvent } from "../../src/core/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";
import { event } from "./support/events.ts";

const EVENTS: readonly KnownEvent[] = [
  event("Started", "t", ["total"]),
  ...["ADone", "AFailed", "AUndone", "BDone", "BFailed", "PDone"].map((name) => event(name, "t")),
  event("BUndone", "elsewhere"),
  event("DoA", "t", ["amount"]),
  event("UndoA", "t"),
  event("UndoB", "t"),
  event("DoP", "t"),
  { ...event("Lonely", "t"), correlateField: undefined },
];

/** `line word code` of each problem in the order of the report; `word` is what stands at its line and column. */
function problemsOf(yaml: string, events: readonly KnownEvent[] | null = EVENTS): readonly string[] {
  const text = yaml.trimStart();
  const { problems } = parseDefinition(text, { file: "f.yaml", ...(events === null ? {} : { events }) });
  return problems.map(({ line, column, severity, code }) => {
    const [word = ""] = /^[\w.*-]*/.exec(text.split("\n")[line - 1]?.slice(column - 1) ?? "") ?? [];
    return `${line} ${word} ${code}${severity === "warning" ? " (warning)" : ""}`;
  });
}

function messagesOf(yaml: string, events: readonly KnownEvent[] = EVENTS): readonly string[] {
  return parseDefinition(yaml.trimStart(), { file: "f.yaml", events }).problems.map(({ message }) => message);
}

const HEAD = "saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n";
const A = "  a: { done: ADone, failed: AFailed, timeout: 1s, compensate: { emit: UndoA, with: { orderId: saga.id }, done: AUndone } }\n";

/** What is wrong, the file, and the problems it must give. Lines count from 1; the steps begin on line 5. */
const CASES: ReadonlyArray<readonly [fear: string, yaml: string, problems: readonly string[]]> = [
  ["a sound definition has none", HEAD + A, []],
  ["an empty file", "", ["1  value-invalid"]],
  ["a wait whose time is wrong is one mistake", `${HEAD}${A}  w: { after: a, wait: 5 m }\n`, ["6 5 duration-invalid"]],
  [
    "a join of nothing, in a saga without pivot, is one mistake",
    `${HEAD}${A.replace("{ done", "{ after: { any: [] }, done")}`,
    ["5  value-invalid"],
  ],
  ["a file that is no map", "- a\n- b\n", ["1 - value-invalid"]],
  ["missing keys", "title: nothing else\n", ["1 title key-missing", "1 title key-missing", "1 title key-missing"]],
  ["a key with a typo", `${HEAD}${A.replace("timeout", "timout")}`, ["5 timout key-unknown"]],
  ["an alias", `correlate: { ADone: { alias: x, of: event.y } }\n${HEAD}${A}`, ["1 alias alias-unknown", "1 event.y field-unknown"]],
  ["a saga name with a space", HEAD.replace("saga: s", "saga: my saga") + A, ["1 my name-invalid"]],
  ["a step name that CEL can't read", HEAD + A.replace("a:", "my-step:"), ["5 my-step name-invalid"]],
  ["an event name in lower case", HEAD + A.replace("done: ADone", "done: aDone"), ["5 aDone name-invalid"]],
  ["a number without a unit as duration", HEAD + A.replace("1s", "30"), ["5 30 duration-invalid"]],
  ["a duration of months", HEAD + A.replace("1s", "P1M"), ["5 P1M duration-invalid"]],
  [
    "attempts below one",
    `${HEAD}  a: { command: { emit: DoP, with: { orderId: saga.id } }, done: ADone, timeout: 1s, retry: { attempts: 0 }, compensate: { none: x } }`,
    ["5 0 value-invalid"],
  ],
  ["a truth value that is none", HEAD + A.replace("timeout: 1s", "timeout: 1s, optional: maybe"), ["5 maybe value-invalid"]],
  ["none beside an undo", HEAD + A.replace("emit: UndoA", "none: x, emit: UndoA"), ["5 x value-invalid"]],
  ["after an unknown step", HEAD + A.replace("{ done", "{ after: [b], done"), ["5 b step-unknown"]],
  ["a step after itself", HEAD + A.replace("{ done", "{ after: [a], done"), ["5 after cycle"]],
  [
    "a circle, and a step behind it",
    `${HEAD}  a: { after: [b], done: ADone, compensate: { none: x } }\n  b: { after: [a], done: BDone, compensate: { none: x } }\n  c: { after: [b], done: PDone, compensate: { none: x } }\n`,
    ["5 after cycle", "7 after step-unreachable"],
  ],
  ["an event without a schema", HEAD + A.replace("AFailed", "AFaild"), ["5 AFaild event-unknown"]],
  ["one event for two steps", `${HEAD}${A}  b: { done: ADone, compensate: { none: x } }\n`, ["6 ADone answers-not-disjoint"]],
  ["one event as done and failed", HEAD + A.replace("AFailed", "ADone"), ["5 ADone answers-not-disjoint"]],
  ["an event that can't be correlated", HEAD + A.replace("AFailed", "Lonely"), ["5 Lonely correlation-impossible"]],
  [
    "a correlation over an unknown field",
    `correlate: { default: event.orderid }\n${HEAD}${A}`,
    Array.from({ length: 4 }, () => "1 event.orderid field-unknown"),
  ],
  ["an unknown variable", HEAD + A.replace("saga.id", "sagga.id"), ["5 sagga.id expression-invalid"]],
  ["an unknown field of the saga", HEAD + A.replace("saga.id", "saga.ID"), ["5 saga.ID field-unknown"]],
  ["an unknown field of the start", HEAD + A.replace("saga.id", "start.totl"), ["5 start.totl field-unknown"]],
  [
    "an unknown field of the emitted event",
    HEAD + A.replace("{ orderId: saga.id }", "{ orderId: saga.id, amont: start.total }"),
    ["5 amont field-unknown"],
  ],
  ["a required field that is not mapped", HEAD + A.replace("{ orderId: saga.id }", "{}"), ["5 with field-unmapped"]],
  ["an undo that reads its own step (rule 4)", HEAD + A.replace("saga.id", "steps.a.orderId"), ["5 steps.a.orderId undo-reads-own-step"]],
  [
    "an undo that reads a step that may not be there",
    `${HEAD}${A.replace("saga.id", "steps.b.orderId")}  b: { done: BDone, compensate: { none: x } }\n`,
    ["5 steps.b.orderId step-result-uncertain"],
  ],
  ["a step that is read and does not exist", HEAD + A.replace("saga.id", "steps.zz.orderId"), ["5 steps.zz.orderId step-unknown"]],
  ["all steps read at once", HEAD + A.replace("saga.id", "string(size(steps))"), ["5 steps expression-invalid"]],
  ["a step without compensation", `${HEAD}  a: { done: ADone }\n`, ["5 a compensation-missing"]],
  ["a step that nothing ends (rule 13)", (HEAD + A).replace("deadline: 1h\n", "").replace("timeout: 1s, ", ""), ["4 a ending-missing"]],
  [
    "an optional step without a timeout (rule 9)",
    HEAD + A.replace("timeout: 1s", "optional: true"),
    ["5 optional optional-without-timeout"],
  ],
  ["a retry on an observed step", HEAD + A.replace("timeout: 1s", "timeout: 1s, retry: { attempts: 2 }"), ["5 retry retry-on-observed"]],
  ["an observed pivot (rule 6)", `${HEAD}  a: { done: ADone, timeout: 1s, pivot: true }\n`, ["5 pivot pivot-not-commanded"]],
  [
    "an optional pivot without timeout (rule 6)",
    `${HEAD}  a: { done: ADone, pivot: true, optional: true, command: { emit: DoP, with: { orderId: saga.id } } }\n`,
    ["5 pivot pivot-without-timeout", "5 optional optional-without-timeout", "5 optional pivot-optional"],
  ],
  [
    "two pivots that are not ordered (rule 6)",
    `${HEAD}  a: { done: ADone, timeout: 1s, pivot: true, command: { emit: DoP, with: { orderId: saga.id } } }\n  b: { done: BDone, timeout: 1s, pivot: true, command: { emit: DoP, with: { orderId: saga.id } } }\n`,
    ["6 pivot pivots-unordered"],
  ],
  [
    "a required observed step after the pivot, as a warning",
    `${HEAD}  p: { done: PDone, timeout: 1s, pivot: true, command: { emit: DoP, with: { orderId: saga.id } } }\n  b: { after: [p], done: BDone, timeout: 1s }\n`,
    ["6 b observed-after-pivot (warning)"],
  ],
  [
    "done and undone on two topics, as a warning",
    `${HEAD}  b: { done: BDone, timeout: 1s, compensate: { emit: UndoB, with: { orderId: saga.id }, done: BUndone } }\n`,
    ["5 done answers-on-different-topics (warning)"],
  ],
  ["a deadline shorter than the way, as a warning", (HEAD + A).replace("1s", "2h"), ["3 deadline deadline-too-short (warning)"]],
];

for (const [fear, yaml, expected] of CASES) {
  test(`check names: ${fear}`, () => {
    assert.deepEqual(problemsOf(yaml), expected);
  });
}

test("YAML that is no YAML, and a key that stands twice, are reported and not thrown", () => {
  for (const yaml of ["saga: [s\nstart: x\n", `${HEAD}${A}${A}`, '"']) {
    const problems = problemsOf(yaml);
    assert.ok(
      problems.some((problem) => problem.includes("yaml-malformed")),
      `${JSON.stringify(yaml)}: ${problems.join("; ")}`,
    );
  }
});

test("an expression is checked as CEL, and the message says where it goes wrong", () => {
  assert.match(
    messagesOf(HEAD + A.replace("saga.id", "saga.id +")).at(0) ?? "",
    /^`saga\.id \+` is no valid CEL here: Unexpected token: EOF/,
  );
});

test("one run names every problem of a file, in its order", () => {
  const yaml = `
saga: s
ownr: me
start: { on: Startd }
steps:
  a: { done: ADone, timeout: 30, compensate: { emit: UndoA, with: { orderId: steps.a.orderId }, done: AUndone } }
  b: { after: [z], done: BDone, timeout: 1s }
`;
  assert.deepEqual(problemsOf(yaml), [
    "2 ownr key-unknown",
    "3 on event-unknown",
    "5 a ending-missing",
    "5 30 duration-invalid",
    "5 steps.a.orderId undo-reads-own-step",
    "6 b compensation-missing",
    "6 z step-unknown",
  ]);
});

test("a message names what was found, the nearest allowed, and what is allowed", () => {
  assert.deepEqual(messagesOf(HEAD + A.replace("timeout", "timout")), [
    "`timout` is not a key of a step; did you mean `timeout`? allowed are title, description, after, if, choice, otherwise, command, human, wait, until, saga, with, forEach, as, key, answerKey, done, failed, timeout, retry, repeat, compensate, pivot, optional, fallback",
  ]);
  assert.deepEqual(messagesOf(HEAD + A.replace("1s", "30")), [
    "`timeout` is `30`; allowed are durations above zero, 250ms, 30s, 5m, 2h, 7d or ISO 8601 such as PT30S",
  ]);
  assert.deepEqual(messagesOf(HEAD + A.replace("saga.id", "start.totl")), [
    "`start.totl`: Started has no field `totl`; did you mean `total`? allowed are orderId, total",
  ]);
});

test("a definition with warnings alone can be used", () => {
  const { definition, problems } = parseDefinition((HEAD + A).replace("1s", "2h"), { file: "f.yaml", events: EVENTS });
  assert.equal(definition?.saga, "s");
  assert.equal(problems.length, 1);
});

test("the error that stops a start carries file, line and column of the first mistake, and the others behind it", () => {
  const { problems } = parseDefinition("saga: s\nstart: { on: Started }\nsteps:\n  a: { done: ADone }\n", { file: "sagas/s.saga.yaml" });
  const error = definitionInvalid(problems);
  assert.equal(error.code, "DEFINITION_INVALID");
  assert.match(error.message, /^sagas\/s\.saga\.yaml:4:3 step a has no timeout .*; 4:3 step a has no compensate; .*\.$/);
});

test("a definition may be JSON, since JSON is YAML", () => {
  const json = JSON.stringify({
    saga: "s",
    start: { on: "Started" },
    steps: { a: { done: "ADone", timeout: "1s", compensate: { none: "x" } } },
  });
  assert.deepEqual(problemsOf(json), []);
});

test("without descriptions of events a definition is still checked for everything else", () => {
  assert.deepEqual(problemsOf(HEAD + A.replace("ADone", "NeverHeardOf"), null), []);
});

test("defaults are those of the grammar: patience 1h, undo timeout 1m, ten attempts from 1s to 5m", () => {
  const { definition } = parseDefinition(HEAD + A, { file: "f.yaml" });
  assert.equal(definition?.patienceMillis, 3_600_000);
  const [a] = definition?.steps ?? [];
  assert.ok(a?.compensate?.kind === "undo");
  assert.equal(a.compensate.timeoutMillis, 60_000);
  assert.deepEqual(a.compensate.retry, { attempts: 10, backoffMillis: 1_000, maxMillis: 300_000, jitter: 0.2, on: ["timeout", "failed"] });
});

test("no damage to a file makes the parser throw: it only gives problems", () => {
  const text = readFileSync(new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url), "utf8");
  const piece = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom("{", "}", "[", "]", ": ", "\n", "- ", "&a ", "*a", "<<: ", "? ", "'", "null", "~"),
  );
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(30), piece, (at, removed, added) => {
      const { problems } = parseDefinition(text.slice(0, at) + added + text.slice(at + removed), { file: "f.yaml", events: EVENTS });
      for (const { line, column } of problems) assert.ok(line >= 1 && column >= 1);
    }),
    { numRuns: 300 },
  );
});
