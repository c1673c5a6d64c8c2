import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldType } from "@troupe/kernel";
import { atomOf } from "../../../src/core/prove/world/guard-atoms.ts";
import { sampleValue } from "../../../src/core/prove/world/sample-value.ts";

const plain = (atom: string, negated = false) => ({ atom, negated, excludes: undefined });

for (const [text, atom] of [
  ["start.big", plain("start.big")],
  ["!start.big", plain("start.big", true)],
  ["! start.big", plain("start.big", true)],
  ["!!start.big", plain("start.big")],
  ["(start.big)", plain("start.big")],
  ["((start.big))", plain("start.big")],
  ["( start.big )", plain("start.big")],
  ["!(start.big)", plain("start.big", true)],
  ["!(!(start.big))", plain("start.big")],
  ["start.big == true", plain("start.big")],
  ["start.big == false", plain("start.big", true)],
  ["start.big != true", plain("start.big", true)],
  ["start.big != false", plain("start.big")],
  ["start.total > 3", plain("start.total > 3")],
  ["!(start.a && start.b)", plain("start.a && start.b", true)],
  ["(start.a) && (start.b)", plain("(start.a) && (start.b)")],
  ["!(start.a) && (start.b)", plain("!(start.a) && (start.b)")],
  ["!start.a || start.b", plain("!start.a || start.b")],
  ["(start.a", plain("(start.a")],
  ['start.kind == "A"', { atom: 'start.kind == "A"', negated: false, excludes: "start.kind" }],
  ["start.kind == 'A'", { atom: 'start.kind == "A"', negated: false, excludes: "start.kind" }],
  ['start.kind != "A"', { atom: 'start.kind == "A"', negated: true, excludes: "start.kind" }],
  ['!(start.kind == "A")', { atom: 'start.kind == "A"', negated: true, excludes: "start.kind" }],
  ["start.count == -1.5", { atom: "start.count == -1.5", negated: false, excludes: "start.count" }],
  ["start.at == null", { atom: "start.at == null", negated: false, excludes: "start.at" }],
  ["start.at != null", { atom: "start.at == null", negated: true, excludes: "start.at" }],
  ["start.a == start.b", plain("start.a == start.b")],
] as const) {
  test(`a proof takes the guard ${text} as ${atom.negated ? "not " : ""}${atom.atom}`, () => assert.deepEqual(atomOf(text), atom));
}

const OF = { text: "sample", uuid: "u-1", now: 1_000 };
const SAMPLES: readonly (readonly [FieldType, unknown])[] = [
  [{ kind: "text" }, "sample"],
  [{ kind: "uuid" }, "u-1"],
  [{ kind: "boolean" }, true],
  [{ kind: "int" }, 10],
  [{ kind: "double" }, 10],
  [{ kind: "time" }, 10],
  [{ kind: "long" }, 10n],
  [{ kind: "date" }, "2030-01-31"],
  [{ kind: "duration" }, { months: 0, days: 1, milliseconds: 0 }],
  [{ kind: "timestamp", unit: "millis" }, 1_000],
  [{ kind: "timestamp", unit: "micros" }, 1_000_000n],
  [{ kind: "bytes", size: undefined }, new Uint8Array(1)],
  [{ kind: "bytes", size: 4 }, new Uint8Array(4)],
  [{ kind: "decimal", precision: 6, scale: 2 }, "10.00"],
  [{ kind: "decimal", precision: 6, scale: 0 }, "10"],
  [{ kind: "enum", name: "E", symbols: ["A", "B"] }, "A"],
  [{ kind: "enum", name: "E", symbols: [] }, null],
  [{ kind: "list", items: { kind: "int" } }, [10]],
  [{ kind: "map", values: { kind: "int" } }, {}],
  [{ kind: "nullable", of: { kind: "int" } }, null],
  [{ kind: "null" }, null],
  [
    { kind: "record", name: "R", fields: [{ name: "a", type: { kind: "int" }, required: true, default: undefined, doc: undefined }] },
    { a: 10 },
  ],
  [{ kind: "union", tagged: true, branches: [{ name: "A", type: { kind: "int" } }] }, { A: 10 }],
  [{ kind: "union", tagged: false, branches: [{ name: "A", type: { kind: "int" } }] }, 10],
  [{ kind: "union", tagged: false, branches: [] }, null],
];
for (const [type, sample] of SAMPLES) {
  test(`the sample of a ${type.kind} ${JSON.stringify(type)} is a value of that type`, () =>
    assert.deepEqual(sampleValue(type, OF), sample));
}
