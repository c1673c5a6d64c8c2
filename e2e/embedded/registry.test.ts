import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { ask } from "../support/http.ts";
import { roleProcess } from "../support/roles.ts";
import { fileScope, ROOT, tempFolder } from "../support/troupe.ts";

const scope = fileScope();
let registry = "";
before(async () => {
  const { at } = await roleProcess(scope, ["api"], { place: ["--data", tempFolder(scope)] });
  registry = `${at}/registry`;
});

const SUBJECT = "shop.inventory.StockRejected";
const ORDER_ID = "0190b0c4-7a3e-7cc0-9d5e-2f1d1c6b8a11";

describe("the schemas, served over the Confluent REST subset", () => {
  test("are read by the Confluent client: subjects, latest id, encode and decode", async () => {
    const client = new SchemaRegistry({ host: registry });
    const id = await client.getLatestSchemaId(SUBJECT);
    const event = { orderId: ORDER_ID, sku: "SOLD-OUT", reason: "SOLD_OUT", rejectedAt: 1764057600000 };
    const bytes = await client.encode(id, event);
    assert.deepEqual([bytes[0], bytes.readInt32BE(1)], [0, id]);
    const stranger = new SchemaRegistry({ host: registry }); // knows nothing but the bytes
    assert.deepEqual({ ...(await stranger.decode(bytes)) }, event);
  });

  test("are the files in schemas/, one subject per record name", async () => {
    const subjects = (await ask(`${registry}/subjects`)).json as readonly string[]; // Confluent REST API
    assert.ok(subjects.includes(SUBJECT), subjects.join(", "));
    const { schema } = (await ask(`${registry}/subjects/${SUBJECT}/versions/latest`)).json as { readonly schema: string };
    const file = readFileSync(join(ROOT, "schemas", "inventory", "StockRejected.avsc"), "utf8");
    assert.deepEqual(JSON.parse(schema), JSON.parse(file));
  });

  test("take a compatible version and name every violation of one that is not", async () => {
    const file = JSON.parse(readFileSync(join(ROOT, "schemas", "inventory", "StockRejected.avsc"), "utf8")) as { fields: object[] };
    const versions = `${registry}/subjects/${SUBJECT}/versions`;
    const offered = (fields: readonly object[]) => ({ schema: JSON.stringify({ ...file, fields: [...file.fields, ...fields] }) });
    const incompatible = await ask(versions, {
      body: offered([
        { name: "aisle", type: "string", doc: "No default." },
        { name: "shelf", type: "int", doc: "None either." },
      ]),
    });
    assert.equal(incompatible.status, 409, incompatible.text);
    assert.match(incompatible.text, /aisle/);
    assert.match(incompatible.text, /shelf/);
    const compatible = await ask(versions, { body: offered([{ name: "aisle", type: ["null", "string"], default: null, doc: "New." }]) });
    assert.equal(compatible.status, 200, compatible.text);
    assert.deepEqual((await ask(versions)).json, [1, 2]);
  });

  test("answer in the Confluent form to what is not there", async () => {
    for (const [path, code] of [
      ["/subjects/shop.Nothing/versions", 40401],
      [`/subjects/${SUBJECT}/versions/77`, 40402],
      ["/schemas/ids/99999", 40403],
    ] as const) {
      const answer = await ask(registry + path);
      assert.deepEqual([answer.status, (answer.json as { readonly error_code: number }).error_code], [404, code], path);
    }
  });
});
