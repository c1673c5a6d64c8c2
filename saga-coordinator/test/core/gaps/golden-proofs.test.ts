import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Proof, prove } from "../../../src/core/index.ts";
import { ids } from "../support/play.ts";
import { CHAIN } from "../support/sagas.ts";
import { unchecked } from "../support/unchecked.ts";
import { assertGolden, plainly } from "./golden.ts";

const NONE = "compensate: { none: reading only }";
const row = (steps: string, more = ""): string => `saga: s\nstart: { on: Started }\n${more}steps:\n${steps}`;
const STEP_A = "  a: { done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed } }\n";
const STEP_B =
  "  b: { after: [a], command: { emit: DoB }, done: BDone, failed: BFailed, timeout: 1m, retry: { attempts: 2 }, compensate: { emit: UndoB, done: BUndone } }\n";

const SAGAS: readonly (readonly [name: string, yaml: string])[] = [
  ["three steps in a row", CHAIN],
  ["without the compensation of the second", CHAIN.replace(", compensate: { emit: UndoB, done: BUndone }", "")],
  ["an undo that reads what may be missing", CHAIN.replace("emit: UndoB,", "emit: UndoB, with: { receipt: steps.b.receipt },")],
  ["a command that is asked again", row(STEP_A + STEP_B)],
  ["undos together", row(STEP_A + STEP_B.replace("after: [a], ", ""), "compensation: parallel\n")],
  [
    "a pivot and what follows",
    row(
      `${STEP_A}  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m }\n  z: { after: [p], command: { emit: DoZ }, done: ZDone, failed: ZFailed, timeout: 1m }\n`,
    ),
  ],
  ["an optional step", row(`${STEP_A}${STEP_B.replace("{ after", "{ optional: true, after")}`)],
  [
    "a guard and its opposite",
    row(`${STEP_A.replace("{ done", "{ if: start.x, done")}${STEP_B.replace("{ after: [a]", '{ if: "!start.x"')}`),
  ],
  [
    "guards of one field",
    row(`${STEP_A.replace("{ done", '{ if: start.k == "A", done')}${STEP_B.replace("{ after: [a]", "{ if: start.k == 'B'")}`),
  ],
  [
    "a choice",
    row(
      `${STEP_A.replace("{ done", "{ choice: c, if: start.x, done")}${STEP_B.replace("{ after: [a]", "{ choice: c, otherwise: true")}  e: { after: [a, b], done: EDone, failed: EFailed, timeout: 1m, ${NONE} }\n`,
    ),
  ],
  [
    "guarded answers",
    row(
      `  a: { done: { on: Told, if: event.ok }, failed: { on: Told, if: "!event.ok" }, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }\n${STEP_B}`,
    ),
  ],
  [
    "a fallback",
    row(
      `${STEP_A.replace("{ done", "{ fallback: f, done")}  f: { command: { emit: DoF }, done: FDone, failed: FFailed, timeout: 1m, compensate: { emit: UndoF, done: FUndone } }\n  e: { after: [a], done: EDone, failed: EFailed, timeout: 1m, ${NONE} }\n`,
    ),
  ],
  [
    "any of two",
    row(
      `${STEP_A}${STEP_B.replace("after: [a], ", "")}  e: { after: { any: [a, b] }, done: EDone, failed: EFailed, timeout: 1m, ${NONE} }\n`,
    ),
  ],
  [
    "a person and a wait",
    row(
      `  a: { human: { role: clerk }, done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }\n  w: { after: [a], wait: 1h }\n  e: { after: [w], done: EDone, failed: EFailed, timeout: 1m, ${NONE} }\n`,
    ),
  ],
  [
    "a polling",
    row(
      `${STEP_A}  q: { after: [a], command: { emit: Poll }, done: Polled, failed: Lost, timeout: 1m, repeat: { while: event.more, every: 5s, max: 3 }, ${NONE} }\n`,
    ),
  ],
  [
    "a fan-out",
    row(
      "  a: { forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }\n",
    ),
  ],
  [
    "a sub-saga",
    row(
      "  a: { saga: other, timeout: 1m }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { emit: UndoB, done: BUndone } }\n",
    ),
  ],
  [
    "waiting for the outcome",
    row(`${STEP_A.replace("done: AUndone", "whenUnknown: wait, with: { x: steps.a.x }, done: AUndone")}${STEP_B}`),
  ],
  ["a deadline", row(STEP_A + STEP_B, "deadline: 1h\n")],
  [
    "a join that can't be met",
    row(`${STEP_A}  b: { after: [a, c], done: BDone, timeout: 1m, ${NONE} }\n  c: { after: [b], done: CDone, timeout: 1m, ${NONE} }\n`),
  ],
];

function linesOf(
  name: string,
  { verdict, sentence, states, transitions, surprises, endings, cuts, counterExample }: Proof,
): readonly string[] {
  const found = plainly({ verdict, sentence, states, transitions, surprises, endings });
  const story = (counterExample?.timeline ?? []).map(({ order, cause, changes }) => `  ${order} ${cause}: ${changes.join("; ")}`);
  return [
    name,
    `  ${found}`,
    ...cuts.map(({ bound, sentence: cut }) => `  cut ${bound}: ${cut}`),
    ...(counterExample ? [`  ${counterExample.what}`, ...story] : []),
  ];
}

test("the proofs of small sagas look at as many situations, and find the same, as when they were recorded", () => {
  const proofs = SAGAS.flatMap(([name, yaml]) => linesOf(name, prove(unchecked(yaml), { ids, bounds: { states: 3_000 } })));
  assertGolden("proofs.txt", proofs);
});

test("a bound that cuts the search is named, with what it cut", () => {
  const order = readFileSync(new URL("../../../../sagas/order-fulfilment.saga.yaml", import.meta.url), "utf8");
  const few = { surprises: 1, attempts: 1, rounds: 1, elements: 1 };
  assertGolden("cut-proofs.txt", [
    ...linesOf("order fulfilment", prove(unchecked(order), { ids, bounds: { states: 200 } })),
    ...linesOf("three steps in a row", prove(unchecked(CHAIN), { ids, bounds: few })),
  ]);
});
