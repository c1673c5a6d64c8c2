import assert from "node:assert/strict";
import { test } from "node:test";
import { type FieldType, fieldTypeText } from "@troupe/kernel";
import { bench, folder, LAB, noted, SHOP } from "./support/parts.ts";

const texts = (types: readonly { readonly name: string; readonly type: FieldType }[]): { readonly [name: string]: string } =>
  Object.fromEntries(types.map(({ name, type }) => [name, fieldTypeText(type)]));

test("a description names the type of every field, logical types included", async () => {
  const { codec } = await bench(LAB);
  assert.deepEqual(texts(codec.describe("EveryType").types), {
    id: "uuid",
    flag: "boolean",
    small: "int",
    large: "long",
    single: "double",
    real: "double",
    raw: "bytes",
    text: "text",
    amount: "decimal(30,4)",
    price: "decimal(10,2)",
    day: "date",
    clock: "time",
    at: "timestamp",
    exactly: "timestamp",
    span: "duration",
    digest: "4 bytes",
    colour: "one of RED, GREEN",
    words: "list of text",
    counts: "map of long",
    tree: "record test.lab.Tree",
    maybeLong: "long or null",
    maybeAmount: "decimal(6,2) or null",
    either: "boolean or int or text or null",
    textOrLong: "text or long",
    shape: "record test.lab.Circle or record test.lab.Square",
  });
});

test("a recursive record leads back to itself instead of being unrolled for ever", async () => {
  const { codec } = await bench(LAB);
  const tree = codec.describe("EveryType").types.find(({ name }) => name === "tree")?.type;
  assert.ok(tree?.kind === "record");
  const children = tree.fields.find(({ name }) => name === "children")?.type;
  assert.ok(children?.kind === "list");
  assert.equal(children.items, tree);
});

test("branches that look alike are tagged with the names that their values carry", async () => {
  const { codec } = await bench(LAB);
  const shape = codec.describe("EveryType").types.find(({ name }) => name === "shape")?.type;
  assert.ok(shape?.kind === "union");
  assert.equal(shape.tagged, true);
  assert.deepEqual(
    shape.branches.map(({ name }) => name),
    ["test.lab.Circle", "test.lab.Square"],
  );
});

test("what has a default is not required, and the default is told", async (context) => {
  const fields = [{ name: "note", type: ["null", "string"], default: null, doc: "A note." }];
  const { codec } = await bench(folder(context, { "lab/Noted.avsc": noted(fields) }));
  const description = codec.describe("Noted");
  assert.deepEqual(description.requiredFields, ["id"]);
  assert.deepEqual(description.types[1], {
    name: "note",
    type: { kind: "nullable", of: { kind: "text" } },
    required: false,
    default: null,
    doc: "A note.",
  });
});

test("the fields of the shop's order are described in the order of its schema", async () => {
  const { codec } = await bench(SHOP);
  const order = codec.describe("OrderPlaced");
  assert.deepEqual(
    order.types.map(({ name }) => name),
    order.fields,
  );
  const lines = order.types.find(({ name }) => name === "lines")?.type;
  assert.ok(lines?.kind === "list" && lines.items.kind === "record");
  assert.deepEqual(texts(lines.items.fields), { sku: "text", quantity: "int", unitPrice: "decimal(12,2)" });
});
