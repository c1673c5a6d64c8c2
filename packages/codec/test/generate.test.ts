import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { driftOf, writeGenerated } from "../src/generate/drift.ts";
import { writeTypes } from "../src/generate/write-types.ts";
import { loadSchemas } from "../src/index.ts";
import { folder, LAB, noted, SHOP } from "./support/parts.ts";

describe("generated types", () => {
  it("of the shop are what is committed", () => {
    assert.deepEqual(driftOf(join(SHOP, "generated"), writeTypes(loadSchemas(SHOP).events)), []);
  });

  it("spell every type", () => {
    const text = writeTypes(loadSchemas(LAB).events).get("lab.ts") ?? "";
    const types = Object.fromEntries([...text.matchAll(/readonly (\w+): ([^\n]+);\n/g)].map(([, name, type]) => [name, type]));
    assert.deepEqual(types, {
      id: "Uuid",
      flag: "boolean",
      small: "number",
      large: "bigint",
      single: "number",
      real: "number",
      raw: "Uint8Array",
      text: "string",
      amount: "Decimal",
      price: "Decimal",
      day: "CalendarDate",
      clock: "TimeMillis",
      at: "TimestampMillis",
      exactly: "TimestampMicros",
      span: "AvroDuration",
      digest: "Uint8Array",
      colour: "Colour",
      words: "readonly string[]",
      counts: "{ readonly [key: string]: bigint }",
      tree: "Tree",
      maybeLong: "bigint | null",
      maybeAmount: "Decimal | null",
      either: "boolean | number | string | null",
      textOrLong: '{ readonly "string": string } | { readonly "long": bigint }',
      shape: '{ readonly "test.lab.Circle": Circle } | { readonly "test.lab.Square": Square }',
      label: "string",
      children: "readonly Tree[]",
      radius: "number",
      side: "number",
    });
    assert.match(text, /export type Colour = "RED" \| "GREEN";/);
    assert.match(text, /\/\*\* Leads back to itself\. \*\/\nexport type Tree = \{/);
    assert.doesNotMatch(text, /\bany\b/);
  });

  it("carry docs as comments, mark personal data, and survive a doc that ends a comment", (test) => {
    const schema = noted([{ name: "who", type: "string", doc: "Ends */ here.", pii: true }]);
    const text = writeTypes(loadSchemas(folder(test, { "lab/Noted.avsc": schema })).events).get("lab.ts") ?? "";
    assert.match(text, /\/\*\* Ends \* \/ here\. Personal data\. \*\/\n {2}readonly who: string;/);
  });

  it("drift is named, file by file, and mended by writing", (test) => {
    const directory = mkdtempSync(join(tmpdir(), "codec-"));
    test.after(() => rmSync(directory, { recursive: true }));
    const files = new Map([
      ["a.ts", "a\n"],
      ["b.ts", "b\n"],
      ["c.ts", "c\n"],
    ]);
    assert.deepEqual(writeGenerated(directory, files), ["a.ts", "b.ts", "c.ts"]);
    writeFileSync(join(directory, "a.ts"), "edited\n");
    rmSync(join(directory, "b.ts"));
    writeFileSync(join(directory, "left-over.ts"), "");
    assert.deepEqual(driftOf(directory, files), ["a.ts", "b.ts", "left-over.ts"]);
    assert.deepEqual(writeGenerated(directory, files), ["a.ts", "b.ts", "left-over.ts"]);
    assert.equal(existsSync(join(directory, "left-over.ts")), false);
    assert.deepEqual(driftOf(directory, files), []);
  });
});
