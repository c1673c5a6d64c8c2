import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "@troupe/kernel";
import { loadSchemas } from "../src/index.ts";
import { folder, noted, SHOP } from "./support/parts.ts";

const field = (type: Json, more: { readonly [name: string]: Json } = {}): Json => ({ name: "n", type, doc: "N.", ...more });

describe("the contracts of the shop", () => {
  it("are there, each with its topic", () => {
    const shop = loadSchemas(SHOP).events.filter(({ fullName }) => fullName.startsWith("shop."));
    const counts = [...Map.groupBy(shop, ({ topic }) => topic)].map(([topic, events]) => [topic, events.length]);
    assert.deepEqual(counts, [
      ["inventory", 4],
      ["orders", 3],
      ["payments", 4],
      ["shipping", 4],
    ]);
  });
});

describe("a schema that breaks the contract is SCHEMA_INVALID, with file and reason", () => {
  const cases: readonly (readonly [string, Json | string, RegExp])[] = [
    ["no JSON", "{", /lab\/Noted\.avsc is not a valid event schema: .*JSON/],
    ["no record", '"int"', /an event is a record; this is primitive/],
    [
      "no doc, each place named",
      { ...noted([{ name: "n", type: "int" }]), doc: "" },
      /record shop\.lab\.Noted has no `doc`; field `n` has no `doc`/,
    ],
    [
      "no doc deep inside",
      noted([field({ type: "array", items: { type: "record", name: "In", doc: "In.", fields: [{ name: "x", type: "int" }] } })]),
      /field `n\.x` has no `doc`/,
    ],
    ["no topic", noted([], { topic: null }), /`topic` is null; allowed is a topic name/],
    ["a topic that Kafka refuses", noted([], { topic: "a b" }), /`topic` is "a b"/],
    ["correlate names no field", noted([], { correlate: "orderId" }), /`correlate` names "orderId"; its fields are id/],
    ["key is no key", noted([field("double")], { key: "n" }), /`key` names n, whose type can't be a key/],
    ["neither key nor correlate", (({ correlate: _, ...rest }) => rest)(noted()), /`correlate` is missing/],
    ["another name than its file", noted([], { name: "Other" }), /it defines Other, so its name has to be Other\.avsc/],
    ["an unknown type", noted([field("strin")]), /at field `n` type `strin` is not defined/],
    [
      "an unknown logical type",
      noted([field({ type: "string", logicalType: "uid" })]),
      /at field `n` logicalType is "uid"; allowed are decimal, uuid/,
    ],
    [
      "a logical type on the wrong type",
      noted([field({ type: "string", logicalType: "date" })]),
      /logicalType date stands on string; allowed is int/,
    ],
    ["a decimal without precision", noted([field({ type: "bytes", logicalType: "decimal" })]), /a decimal has precision undefined/],
    ["a default that does not fit", noted([field("int", { default: null })]), /at field `n` the default null does not fit int/],
    ["a default of the second branch", noted([field(["null", "int"], { default: 1 })]), /the default 1 does not fit null/],
    ["a field twice", noted([field("int"), field("int")]), /field `n` stands twice/],
    [
      "a field name with a dash",
      noted([{ name: "a-b", type: "int", doc: "N." }]),
      /a field is named "a-b"; allowed are letters, digits and _/,
    ],
    ["a union with a branch twice", noted([field(["int", "int"])]), /a union has the branch int twice/],
    ["an enum without symbols", noted([field({ type: "enum", name: "E", doc: "E.", symbols: [] })]), /an enum has no symbols/],
  ];
  for (const [name, schema, reason] of cases) {
    it(name, (test) => {
      const directory = folder(test, { "lab/Noted.avsc": schema });
      assert.throws(() => loadSchemas(directory), { code: "SCHEMA_INVALID", message: reason });
    });
  }

  it("two events of one name, in whatever context", (test) => {
    const directory = folder(test, { "a/Noted.avsc": noted(), "b/Noted.avsc": { ...noted(), namespace: "shop.b" } });
    assert.throws(() => loadSchemas(directory), { message: /b\/Noted\.avsc .* the name Noted is taken by shop\.lab\.Noted/ });
  });

  it("one nested type of a context in two forms; the same form twice is fine", (test) => {
    const colour = (symbols: readonly string[]) => field({ type: "enum", name: "Colour", doc: "C.", symbols });
    const two = (second: readonly string[]) => ({
      "lab/Noted.avsc": noted([colour(["RED"])]),
      "lab/Other.avsc": { ...noted([colour(second)]), name: "Other" },
    });
    assert.equal(loadSchemas(folder(test, two(["RED"]))).events.length, 2);
    assert.throws(() => loadSchemas(folder(test, two(["BLUE"]))), {
      message: /lab\/Other\.avsc .*shop\.lab\.Colour is defined otherwise in another event of lab/,
    });
  });

  it("a folder that is empty, or not there", (test) => {
    assert.throws(() => loadSchemas(folder(test, {})), { code: "SCHEMA_INVALID", message: /it holds no <context>\/<Event>\.avsc/ });
    assert.throws(() => loadSchemas("/nowhere/at/all"), { code: "SCHEMA_INVALID", message: /it can't be read/ });
  });
});
