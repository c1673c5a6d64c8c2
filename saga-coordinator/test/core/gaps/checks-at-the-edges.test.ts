import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOfEvents } from "../../../src/core/definition/fields-of-events.ts";
import { createGuardReader, disjoint } from "../../../src/core/expressions/disjoint.ts";
import { createExpressionAnalyser, createExpressionCompiler } from "../../../src/core/expressions.ts";
import type { Definition } from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";
import { event } from "../support/events.ts";
import { unchecked } from "../support/unchecked.ts";

const HEAD = "saga: s\nstart: { on: Started }\ndeadline: 10h\nsteps:\n";
const NONE = "compensate: { none: it only watches }";
const WATCH = `  a: { done: ADone, timeout: 1m, ${NONE} }\n`;
const child = (name: string, steps: string, start = "{ on: Begin }"): Definition =>
  unchecked(`saga: ${name}\nstart: ${start}\ndeadline: 1h\nsteps:\n${steps}`);

type Found = { readonly code: string; readonly message: string; readonly severity: string; readonly at: string };
/** Codes and messages; \`at\` is the word that stands at the place. */
function problemsOf(text: string, sagas?: readonly Definition[]): readonly Found[] {
  const { problems } = parseDefinition(text, { file: "f.yaml", ...(sagas === undefined ? {} : { sagas }) });
  return problems.map(({ code, message, severity, line, column }) => {
    const [at = ""] = /^[\w-]*/.exec(text.split("\n")[line - 1]?.slice(column - 1) ?? "") ?? [];
    return { code, message, severity, at };
  });
}
const codesOf = (text: string, sagas?: readonly Definition[]): readonly string[] => problemsOf(text, sagas).map(({ code }) => code);
const starting = (name: string): string => `${HEAD}  x: { saga: ${name}, with: { id: saga.id }, timeout: 1h }\n`;

test("a sub-saga that starts a saga that leads back is refused with the whole way", () => {
  const middle = child("middle", "  m: { saga: last, with: { id: saga.id }, timeout: 1h }\n");
  const last = child("last", "  l: { saga: s, with: { id: saga.id }, timeout: 1h }\n");
  const [problem, ...others] = problemsOf(starting("middle"), [middle, last]);
  assert.equal(problem?.code, "saga-recursive");
  assert.match(problem.message, /leads back: s starts middle starts last starts s; recursion is not allowed/);
  assert.deepEqual(others, []);
});

test("sagas that lead back to each other, but not to this one, are not this one's mistake", () => {
  const ping = child("ping", "  p: { saga: pong, with: { id: saga.id }, timeout: 1h }\n  q: { saga: nobody, with: {}, timeout: 1h }\n");
  const pong = child("pong", "  p: { saga: ping, with: { id: saga.id }, timeout: 1h }\n");
  assert.deepEqual(codesOf(starting("ping"), [ping, pong]), []);
});

test("a sub-saga is started by one event: two of them, or a schedule, are refused with how it is started", () => {
  const two = child("two", WATCH, "[{ on: Begin }, { on: Again }]");
  assert.match(
    problemsOf(starting("two"), [two])[0]?.message ?? "",
    /which is started by 2 events; allowed is a saga with one start event/,
  );
  const cron = child("cron", WATCH, '{ cron: "0 6 * * *", emit: Begin }');
  assert.match(problemsOf(starting("cron"), [cron])[0]?.message ?? "", /which is started by a schedule/);
  assert.deepEqual(codesOf(starting("one"), [child("one", WATCH)]), []);
});

test("a saga that starts itself, or one that nobody knows, is refused", () => {
  assert.deepEqual(codesOf(starting("s")), ["saga-recursive"]);
  const unknown = problemsOf(starting("settel"), [child("settle", WATCH)]);
  assert.deepEqual(
    unknown.map(({ code }) => code),
    ["saga-unknown"],
  );
  assert.match(unknown[0]?.message ?? "", /did you mean `settle`/);
  assert.deepEqual(codesOf(starting("settel")), [], "without the other sagas nothing is said about them");
});

const UNDO = "compensate: { emit: UndoX, done: XUndone }";
const PIVOT = `  p: { pivot: true, command: { emit: DoP }, done: PDone, timeout: 1m }\n`;
for (const [why, step, text] of [
  ["is the pivot", `  x: { pivot: true, command: { emit: DoX }, done: XDone, timeout: 1m, ${UNDO} }\n`, ""],
  ["comes after the pivot", `  x: { after: [p], command: { emit: DoX }, done: XDone, timeout: 1m, ${UNDO} }\n`, PIVOT],
  ["only waits", `  x: { wait: 1h, ${UNDO} }\n`, ""],
  ["is undone by the sub-saga itself", `  x: { saga: other, timeout: 1h, ${UNDO} }\n`, ""],
] as const) {
  test(`a compensation that is never sent is a warning: x ${why}`, () => {
    const [problem, ...others] = problemsOf(HEAD + text + step);
    assert.deepEqual([problem?.code, problem?.severity, others], ["compensation-useless", "warning", []]);
    assert.match(problem?.message ?? "", new RegExp(`step x ${why}, so its compensation is never sent`));
  });
}

test("two pivots are fine when one comes after the other, whichever stands first in the file", () => {
  const q = (after: string) => `  q: { ${after}pivot: true, command: { emit: DoQ }, done: QDone, timeout: 1m }\n`;
  assert.deepEqual(codesOf(HEAD + PIVOT + q("after: [p], ")), []);
  assert.deepEqual(codesOf(HEAD + q("") + PIVOT.replace("{ ", "{ after: [q], ")), []);
  assert.deepEqual(
    problemsOf(HEAD + PIVOT + q("")).map(({ code, at }) => [code, at]),
    [["pivots-unordered", "pivot"]],
  );
});

test("a sub-saga with a pivot beside a pivot is not ordered with it: the place is its saga", () => {
  const final = child("final", "  f: { pivot: true, command: { emit: DoF }, done: FDone, timeout: 1m }\n");
  const found = problemsOf(`${HEAD}${PIVOT}  x: { saga: final, with: {}, timeout: 1h }\n`, [final]);
  assert.deepEqual(
    found.map(({ code, at }) => [code, at]),
    [["pivots-unordered", "saga"]],
  );
});

test("beyond the pivot by an any-join is only who waits for nothing before it", () => {
  const join = (after: string) => `  j: { after: ${after}, command: { emit: DoJ }, done: JDone, timeout: 1m }\n`;
  assert.deepEqual(codesOf(`${HEAD}${WATCH}${PIVOT}${join("{ any: [a, p] }")}`), ["compensation-missing"]);
  assert.deepEqual(codesOf(`${HEAD}${WATCH}${PIVOT}${join("{ any: [p] }")}`), []);
  assert.deepEqual(codesOf(`${HEAD}${WATCH}${PIVOT}${join("[a, p]")}`), []);
});

for (const [after, at] of [
  ["[a, gone]", "gone"],
  ["{ any: [a, gone] }", "gone"],
  ["{ atLeast: 2, of: [a, b, gone] }", "gone"],
] as const) {
  test(`a step of a join that is none is shown where it stands: ${after}`, () => {
    const text = `${HEAD}${WATCH}  b: { done: BDone, timeout: 1m, ${NONE} }\n  c: { after: ${after}, done: CDone, timeout: 1m, ${NONE} }\n`;
    assert.deepEqual(
      problemsOf(text).map(({ code, at }) => [code, at]),
      [["step-unknown", at]],
    );
  });
}

test("members of a choice that look at different moments are refused at the one that differs", () => {
  const way = (name: string, more: string) => `  ${name}: { choice: c, ${more}, done: ${name.toUpperCase()}Done, timeout: 1m, ${NONE} }\n`;
  const found = (first: string, second: string) =>
    problemsOf(`${HEAD}${WATCH}${way("x", first)}${way("y", second)}`).map(({ code, at }) => [code, at]);
  assert.deepEqual(found("after: [a], if: start.x", "otherwise: true"), [["choice-after-differs", "choice"]]);
  assert.deepEqual(found("if: start.x", "after: [a], otherwise: true"), [["choice-after-differs", "after"]]);
  assert.deepEqual(found("after: [a], if: start.x", "after: { any: [a] }, otherwise: true"), [["choice-after-differs", "after"]]);
  assert.deepEqual(found("after: [a], if: start.x", "after: [a], otherwise: true"), []);
});

const guards = createGuardReader();
for (const [a, b, apart] of [
  ["event.ok", "!event.ok", true],
  ["!event.ok", "event.ok", true],
  ["event.ok", "event.ok", false],
  ["event.ok", "!event.other", false],
  ['event.result == "A"', 'event.result == "B"', true],
  ['"A" == event.result', 'event.result == "B"', true],
  ['event.result == "A"', 'event.result == "A"', false],
  ['event.result == "A"', 'event.other == "B"', false],
  ['event.result == "A"', 'event.result != "A"', false],
  ["event.a == event.b", "event.a == 1", false],
  ["event == 1", "event == 2", false],
  ["event.n > 3", "!(event.n > 3)", true],
] as const) {
  test(`${a} and ${b} ${apart ? "can never hold together" : "may hold together"}`, () => {
    const [one, other] = [guards(a), guards(b)];
    assert.ok(one && other);
    assert.equal(disjoint(one, other), apart);
    assert.equal(disjoint(other, one), apart);
  });
}
test("a guard that is no CEL is held against nothing", () => assert.equal(guards("event..ok"), undefined));

test("an expression that is too long is refused before it is parsed", () => {
  const compiled = createExpressionCompiler()("payload", `start.a${" + 1".repeat(3_000)}`);
  assert.ok("invalid" in compiled);
  assert.match(compiled.invalid, /it has 12007 characters; allowed are 10000/);
});

test("without schemas every variable may be anything, and what is no CEL is still found with its place", () => {
  const analyse = createExpressionAnalyser();
  const sound = analyse("payload", "start.total > 3");
  assert.ok("problems" in sound && sound.problems.length === 0 && sound.type.kind === "bool");
  const broken = analyse("payload", "start.total >");
  assert.ok("invalid" in broken);
  const stranger = analyse("payload", "stranger.total");
  assert.ok("problems" in stranger);
  assert.match(stranger.problems[0]?.message ?? "", /`stranger` is unknown here/);
  const mixed = analyse("payload", "size(start.a) ? 1 : 'x'");
  assert.ok("problems" in mixed || "invalid" in mixed);
});

test("which fields a definition reads: of answers, of undos, of fan-outs by a computed list, and all of an event", () => {
  const events = [
    event("Started", "t", ["lines"]),
    event("ADone", "t", ["lines"]),
    event("AUndone", "t"),
    event("BDone", "t", ["line"]),
    event("Other", "t"),
  ];
  const definition =
    unchecked(`${HEAD}  a: { done: { on: ADone, if: event.ok }, timeout: 1m, compensate: { emit: UndoA, with: { all: start }, done: AUndone } }
  b:
    after: [a]
    forEach: steps.a.lines.filter(line, line.ok)
    as: line
    key: line.sku
    command: { emit: DoB, with: { sku: line.sku, first: 'steps.a.lines[0].sku', kind: start.kind } }
    done: BDone
    timeout: 1m
    compensate: { none: x }
  c: { after: [b], if: 'steps.b.x.line == "a"', done: CDone, timeout: 1m, compensate: { none: x } }
  d: { after: [b], if: steps.gone.x, done: DDone, timeout: 1m, compensate: { none: x } }
  e: { after: [b], if: 'steps.a..x', done: EDone, timeout: 1m, compensate: { none: x } }
`);
  const fields = new Map(fieldsOfEvents(definition, { events }).map(({ event: name, fields: read }) => [name, read]));
  assert.deepEqual([...fields.keys()], ["ADone", "AUndone", "BDone", "Started"]);
  assert.ok(fields.get("ADone")?.includes("ok"));
  assert.ok(fields.get("ADone")?.includes("lines[].sku"));
  assert.deepEqual(fields.get("AUndone"), ["orderId"]);
  assert.ok(fields.get("BDone")?.includes("line"));
  assert.ok(fields.get("Started")?.includes("kind"));
});
