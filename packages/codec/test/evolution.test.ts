import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Json, Payload } from "@troupe/kernel";
import avro from "avsc";
import { canRead, FOREIGN, parseAvro } from "../src/index.ts";
import { asRead, bench, envelope, factOf, folder, noted } from "./support/parts.ts";

const NOTED = new Set(["Noted"]);
type Version = { readonly fields: readonly Json[]; readonly attributes?: { readonly [name: string]: Json } };

/** Writes with the old schema and reads with the new one, on one registry. */
async function readBy(
  test: TestContext,
  { writer, reader, payload }: { writer: Version; reader: Version; payload: Payload },
): Promise<Payload> {
  const old = await bench(folder(test, { "lab/Noted.avsc": noted(writer.fields, writer.attributes) }));
  const current = await bench(folder(test, { "lab/Noted.avsc": noted(reader.fields, reader.attributes) }), old.registry);
  const record = asRead(old.codec.encode({ envelope: envelope("Noted"), payload }));
  await current.codec.decode(record, NOTED); // the first asks the registry
  return factOf(current.codec.decode(record, NOTED)).payload;
}

const decimal = { type: "bytes", logicalType: "decimal", precision: 6, scale: 2 };

describe("a reader of the new schema reads what the old one wrote", () => {
  it("a field that came later has its default, of any type", async (test) => {
    const fields = [
      { name: "note", type: ["null", "string"], default: null, doc: "Note." },
      { name: "amount", type: decimal, default: "\u0001\u0000", doc: "Amount." },
      { name: "day", type: { type: "int", logicalType: "date" }, default: 1, doc: "Day." },
      { name: "count", type: ["long", "null"], default: 5, doc: "Count." },
      { name: "tags", type: { type: "array", items: "string" }, default: [], doc: "Tags." },
    ];
    const payload = await readBy(test, { writer: { fields: [] }, reader: { fields }, payload: { id: "a" } });
    assert.deepEqual(payload, { id: "a", note: null, amount: "2.56", day: "1970-01-02", count: 5n, tags: [] });
  });

  it("a field that is gone is passed over, wherever it stood", async (test) => {
    const fields = [
      { name: "big", type: { type: "array", items: { type: "map", values: decimal } }, doc: "Gone." },
      { name: "kept", type: "long", doc: "Kept." },
    ];
    const payload = { id: "a", big: [{ x: "1.00" }], kept: 2n ** 60n };
    assert.deepEqual(await readBy(test, { writer: { fields }, reader: { fields: fields.slice(1) }, payload }), {
      id: "a",
      kept: 2n ** 60n,
    });
  });

  it("int is promoted to long, as a bigint; bytes stay bytes of their own", async (test) => {
    const field = (type: Json) => [{ name: "n", type, doc: "N." }];
    const read = (from: Json, to: Json, n: number) =>
      readBy(test, { writer: { fields: field(from) }, reader: { fields: field(to) }, payload: { id: "a", n } });
    assert.deepEqual(await read("int", "long", -3), { id: "a", n: -3n });
    assert.deepEqual(await read("int", "double", -3), { id: "a", n: -3 });
  });

  it("a type that became nullable is read as its value", async (test) => {
    const field = (type: Json) => [{ name: "n", type, doc: "N." }];
    const payload = await readBy(test, {
      writer: { fields: field("long") },
      reader: { fields: field(["null", "long"]) },
      payload: { id: "a", n: 2n ** 62n },
    });
    assert.deepEqual(payload, { id: "a", n: 2n ** 62n });
  });

  it("a renamed field is found by its alias, an unknown symbol becomes the enum's default", async (test) => {
    const colours = (symbols: readonly string[], more = {}) => ({ type: "enum", name: "Colour", doc: "Colours.", symbols, ...more });
    const writer = { fields: [{ name: "color", type: colours(["RED", "BLUE"]), doc: "Colour." }] };
    const reader = {
      fields: [{ name: "colour", aliases: ["color"], type: colours(["RED", "OTHER"], { default: "OTHER" }), doc: "Colour." }],
    };
    assert.deepEqual(await readBy(test, { writer, reader, payload: { id: "a", color: "BLUE" } }), { id: "a", colour: "OTHER" });
  });

  it("a wider decimal reads a narrower one", async (test) => {
    const field = (precision: number) => [{ name: "n", type: { ...decimal, precision }, doc: "N." }];
    assert.deepEqual(
      await readBy(test, { writer: { fields: field(6) }, reader: { fields: field(12) }, payload: { id: "a", n: "-1234.56" } }),
      { id: "a", n: "-1234.56" },
    );
  });

  it("an event that was renamed is read under its old name", async (test) => {
    const old = await bench(folder(test, { "lab/Noted.avsc": noted() }));
    const renamed = { ...noted(), name: "Written", aliases: ["Noted"] };
    const current = await bench(folder(test, { "lab/Written.avsc": renamed }), old.registry);
    const record = asRead(old.codec.encode({ envelope: envelope("Noted"), payload: { id: "a" } }));
    const decoded = await current.codec.decode(record, new Set(["Written"]));
    assert.equal(decoded.kind === "event" && decoded.fact.name, "Written");
    assert.equal(decoded.kind === "event" && decoded.fact.envelope.type, "shop.lab.Written");
  });

  it("a writer's schema with a foreign logical type and an unfit default is read by its carrier", async (test) => {
    const reader = await bench(folder(test, { "lab/Noted.avsc": noted([{ name: "n", type: "long", doc: "N." }]) }));
    const foreign = { ...noted([{ name: "n", type: { type: "long", logicalType: "timestamp-nanos" }, default: "never" }]) };
    const registry = { ...reader.registry, schemaById: async () => JSON.stringify(foreign) };
    const current = await bench(folder(test, { "lab/Noted.avsc": noted([{ name: "n", type: "long", doc: "N." }]) }), registry);
    const record = asRead(current.codec.encode({ envelope: envelope("Noted"), payload: { id: "a", n: 1n } }));
    const value = Uint8Array.from(record.value ?? []);
    value.set([0, 0, 0, 1], 1);
    const decoded = await current.codec.decode({ ...record, value }, NOTED);
    assert.equal(decoded.kind === "event" && decoded.fact.payload["n"], 1n);
  });
});

describe("what can't be read right is not read at all", () => {
  it("a decimal of another scale is undecodable, and not wrong by a power of ten", async (test) => {
    const field = (scale: number) => [{ name: "n", type: { ...decimal, scale }, doc: "N." }];
    const old = await bench(folder(test, { "lab/Noted.avsc": noted(field(2)) }));
    const record = asRead(old.codec.encode({ envelope: envelope("Noted"), payload: { id: "a", n: "1.00" } }));
    const foreign = await bench(folder(test, { "lab/Noted.avsc": noted(field(3)) }));
    const current = await bench(folder(test, { "lab/Noted.avsc": noted(field(3)) }), {
      ...foreign.registry,
      schemaById: old.registry.schemaById,
    });
    const decoded = await current.codec.decode(record, NOTED);
    assert.equal(decoded.kind === "undecodable" && decoded.code, "RECORD_UNDECODABLE");
    assert.match(
      decoded.kind === "undecodable" ? decoded.reason : "",
      /n: written as decimal\(6,2\), can't be read as decimal\(6,3\): the scale differs/,
    );
  });

  it("recursive schemas are compared to an end", () => {
    const tree = (more: readonly Json[]) =>
      parseAvro({ type: "record", name: "Tree", fields: [{ name: "children", type: { type: "array", items: "Tree" } }, ...more] }, FOREIGN);
    assert.deepEqual(canRead(tree([]), tree([])), []);
    assert.equal(canRead(tree([{ name: "x", type: "int" }]), tree([])).length, 1);
  });
});

describe("resolvers are made once", () => {
  it("per writer: the second record of an old writer makes none", async (test) => {
    const field = { name: "n", type: ["null", "long"], default: null, doc: "N." };
    const old = await bench(folder(test, { "lab/Noted.avsc": noted() }));
    const current = await bench(folder(test, { "lab/Noted.avsc": noted([field]) }), old.registry);
    const record = asRead(old.codec.encode({ envelope: envelope("Noted"), payload: { id: "a" } }));
    let made = 0;
    const original = avro.Type.prototype.createResolver;
    test.after(() => {
      avro.Type.prototype.createResolver = original;
    });
    avro.Type.prototype.createResolver = function (...given) {
      made++;
      return original.apply(this, given);
    };
    await current.codec.decode(record, NOTED);
    const first = made;
    assert.ok(first > 0, "the first record makes one");
    for (let round = 0; round < 3; round++) factOf(current.codec.decode(record, NOTED));
    assert.equal(made, first);
  });
});
