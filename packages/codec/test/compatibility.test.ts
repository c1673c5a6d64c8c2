import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "@troupe/kernel";
import { canRead, FOREIGN, parseAvro, type Violation, violationsOf, violationText } from "../src/index.ts";

const record = (fields: readonly Json[], more: { readonly [name: string]: Json } = {}): Json => ({
  type: "record",
  name: "R",
  namespace: "x",
  ...more,
  fields,
});
const field = (name: string, type: Json, more: { readonly [name: string]: Json } = {}): Json => ({ name, type, ...more });
const parse = (schema: Json) => parseAvro(schema, FOREIGN);
const violations = (reader: Json, writer: Json): readonly string[] => canRead(parse(reader), parse(writer)).map(violationText);
const kinds = (reader: Json, writer: Json): readonly Violation["kind"][] => canRead(parse(reader), parse(writer)).map(({ kind }) => kind);
const of = (type: Json): Json => record([field("a", type)]);
const decimal = (precision: number, scale: number): Json => ({ type: "bytes", logicalType: "decimal", precision, scale });
const colours = (symbols: readonly string[], more: { readonly [name: string]: Json } = {}): Json => ({
  type: "enum",
  name: "Colour",
  symbols,
  ...more,
});

const VIOLATIONS: readonly (readonly [string, Json, Json, readonly string[]])[] = [
  [
    "a new field without default",
    record([field("a", "int"), field("b", "int")]),
    of("int"),
    ["b: the field was not written and has no default"],
  ],
  ["a changed type", of("int"), of("string"), ["a: written as string, can't be read as int"]],
  ["a narrowed number", of("int"), of("long"), ["a: written as long, can't be read as int"]],
  ["a list that was a value", of({ type: "array", items: "int" }), of("int"), ["a: written as int, can't be read as array of int"]],
  [
    "a type inside a list",
    of({ type: "array", items: "int" }),
    of({ type: "array", items: "string" }),
    ["a[]: written as string, can't be read as int"],
  ],
  [
    "a type inside a map",
    of({ type: "map", values: "int" }),
    of({ type: "map", values: "boolean" }),
    ["a{}: written as boolean, can't be read as int"],
  ],
  [
    "removed symbols, each",
    of(colours(["RED"])),
    of(colours(["RED", "GREEN", "BLUE"])),
    ["a: symbol GREEN was removed from x.Colour, which has no default", "a: symbol BLUE was removed from x.Colour, which has no default"],
  ],
  ["another scale", of(decimal(6, 2)), of(decimal(6, 3)), ["a: written as decimal(6,3), can't be read as decimal(6,2): the scale differs"]],
  [
    "a smaller precision",
    of(decimal(5, 2)),
    of(decimal(6, 2)),
    ["a: written as decimal(6,2), can't be read as decimal(5,2): the precision is smaller"],
  ],
  ["a decimal that was plain bytes", of(decimal(5, 2)), of("bytes"), ["a: written as bytes, can't be read as decimal(5,2)"]],
  [
    "milliseconds that became microseconds",
    of({ type: "long", logicalType: "timestamp-micros" }),
    of({ type: "long", logicalType: "timestamp-millis" }),
    ["a: written as timestamp-millis, can't be read as timestamp-micros"],
  ],
  [
    "another fixed size",
    of({ type: "fixed", name: "F", size: 4 }),
    of({ type: "fixed", name: "F", size: 5 }),
    ["a: written with 5 bytes, can't be read with 4"],
  ],
  [
    "another name of a nested record",
    of({ type: "record", name: "N", fields: [] }),
    of({ type: "record", name: "M", fields: [] }),
    ["a: written as record x.M, which is neither the name nor an alias of x.N"],
  ],
  [
    "a field of a nested record",
    of(record([field("b", "int")], { name: "N" })),
    of(record([field("b", "string")], { name: "N" })),
    ["a.b: written as string, can't be read as int"],
  ],
  ["null where the reader has none", of("string"), of(["null", "string"]), ["a: written as null, can't be read as string"]],
  [
    "a branch that the reader lost",
    of(["null", "int"]),
    of(["null", "int", "string", "boolean"]),
    ["a: written as string, can't be read as any of null or int", "a: written as boolean, can't be read as any of null or int"],
  ],
  [
    "inside the branch that was meant",
    of(["null", record([field("b", "int")], { name: "N" })]),
    of(["null", record([field("b", "string")], { name: "N" })]),
    ["a.b: written as string, can't be read as int"],
  ],
];

describe("each kind of violation is found, with its place", () => {
  for (const [name, reader, writer, expected] of VIOLATIONS) it(name, () => assert.deepEqual(violations(reader, writer), expected));

  it("in each branch of a union anew, though an earlier branch met the same nested record", () => {
    const nested = (type: Json) => record([field("b", type)], { name: "N" });
    const branch = (name: string, type: Json, more = {}) => record([field("in", type)], { name, ...more });
    const reader = of([branch("Other", nested("int"), { aliases: ["A"] }), branch("B", "N", { aliases: ["A"] })]);
    assert.deepEqual(violations(reader, of(branch("A", nested("string")))), ["a.in.b: written as string, can't be read as int"]);
  });

  it("and all of them at once, not the first", () => {
    const writer = record([field("a", "string"), field("b", decimal(6, 2)), field("c", colours(["X", "Y"]))]);
    const reader = record([field("a", "int"), field("b", decimal(6, 3)), field("c", colours(["X"])), field("d", "int")]);
    assert.deepEqual(kinds(reader, writer), ["type", "decimal", "enum-symbol", "missing-default"]);
  });
});

describe("what Avro allows is allowed", () => {
  const cases: readonly (readonly [string, Json, Json])[] = [
    ["int to long", of("long"), of("int")],
    ["int to double", of("double"), of("int")],
    ["long to float", of("float"), of("long")],
    ["float to double", of("double"), of("float")],
    ["string to bytes and back", of("bytes"), of("string")],
    ["a field that is gone", record([]), of("int")],
    ["a new field with a default", record([field("b", "int", { default: 1 })]), record([])],
    ["a field renamed with an alias", record([field("b", "int", { aliases: ["a"] })]), of("int")],
    ["a record renamed with an alias", record([], { name: "S", aliases: ["R"] }), record([])],
    ["another namespace", record([], { namespace: "y" }), record([])],
    ["more symbols", of(colours(["X", "Y"])), of(colours(["X"]))],
    ["removed symbols with a default", of(colours(["X"], { default: "X" })), of(colours(["X", "Y"]))],
    ["a larger precision", of(decimal(9, 2)), of(decimal(6, 2))],
    ["nullable from plain", of(["null", "int"]), of("int")],
    ["a union in another order", of(["int", "null"]), of(["null", "int"])],
    ["a uuid that was plain text", of({ type: "string", logicalType: "uuid" }), of("string")],
  ];
  for (const [name, reader, writer] of cases) it(name, () => assert.deepEqual(violations(reader, writer), []));
});

describe("levels", () => {
  const v1 = parse(record([field("a", "int")]));
  const v2 = parse(record([field("a", "int"), field("b", "int", { default: 0 })]));
  const v3 = parse(record([field("a", "int"), field("b", "int")]));
  const versions = [
    { version: 1, type: v1 },
    { version: 2, type: v2 },
  ];

  it("BACKWARD looks at the latest alone, BACKWARD_TRANSITIVE at all", () => {
    assert.deepEqual(violationsOf("BACKWARD", v3, versions), []);
    assert.deepEqual(violationsOf("BACKWARD_TRANSITIVE", v3, versions), [
      "b: the field was not written and has no default (data of version 1)",
    ]);
  });

  it("FORWARD asks whether the old readers read the new data, FULL asks both", () => {
    const dropped = parse(record([field("b", "int"), field("c", "int")]));
    assert.deepEqual(violationsOf("FORWARD", dropped, versions), [
      "a: the field was not written and has no default (by readers of version 2)",
    ]);
    assert.deepEqual(violationsOf("FULL", dropped, versions), [
      "c: the field was not written and has no default (data of version 2)",
      "a: the field was not written and has no default (by readers of version 2)",
    ]);
    assert.equal(violationsOf("FULL_TRANSITIVE", dropped, versions).length, 5);
  });

  it("NONE accepts anything", () => assert.deepEqual(violationsOf("NONE", parse(of("string")), versions), []));
});
