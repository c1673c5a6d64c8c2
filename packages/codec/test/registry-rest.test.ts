import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { confluentRegistry } from "../src/index.ts";
import { asRead, bench, envelope, factOf, SHOP } from "./support/parts.ts";
import { ask, registryAt, SUBJECT, v, withDefault, withoutDefault } from "./support/registry-http.ts";

describe("any Confluent client can read the embedded registry", () => {
  it("the kafkajs client reads events that the codec wrote, and the codec reads the client's", async (test) => {
    const address = await registryAt(test);
    const { codec } = await bench(SHOP, confluentRegistry({ url: address }));
    const client = new SchemaRegistry({ host: address });
    const out = codec.encode({
      envelope: envelope("StockRejected"),
      payload: codec.fromJson("StockRejected", {
        orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
        sku: "A",
        reason: "SOLD_OUT",
        rejectedAt: 7,
      }),
    });
    const read = (await client.decode(Buffer.from(out.value ?? []))) as { readonly sku: string }; // what was written
    assert.equal(read.sku, "A");
    const id = await client.getLatestSchemaId("shop.inventory.StockRejected");
    const value = await client.encode(id, { orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f", sku: "B", reason: "TOO_MANY", rejectedAt: 8 });
    const fact = factOf(await codec.decode({ ...asRead(out, {}), value }, new Set(["StockRejected"])));
    assert.deepEqual(fact.payload, { orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f", sku: "B", reason: "TOO_MANY", rejectedAt: 8 });
  });

  it("the client registers, looks up, and is refused what is incompatible", async (test) => {
    const client = new SchemaRegistry({ host: await registryAt(test), retry: { retries: 0 } });
    const register = (schema: string) => client.register({ type: SchemaType.AVRO, schema }, { subject: SUBJECT });
    const { id } = await register(v());
    assert.equal((await register(v())).id, id, "registering again changes nothing");
    assert.equal(await client.getRegistryIdBySchema(SUBJECT, { type: SchemaType.AVRO, schema: v() }), id);
    assert.equal(await client.getRegistryId(SUBJECT, 1), id);
    await assert.rejects(register(v(withoutDefault)), {
      status: 409,
      message: /m: the field was not written and has no default \(data of version 1\)/,
    });
    await assert.rejects(client.getLatestSchemaId("nope"), { status: 404, message: /Subject 'nope' not found\./ });
    const unknown = client.decode(Buffer.from([0, 0, 0, 0, 7, 0]));
    await assert.rejects(unknown, { status: 404, message: /Schema 7 not found\./ });
  });
});

describe("the REST subset answers as Confluent's does", () => {
  it("subjects, versions and ids", async (test) => {
    const address = await registryAt(test);
    assert.deepEqual(await ask(address, "GET /subjects"), [200, []]);
    const [, registered] = await ask(address, `POST /subjects/${SUBJECT}/versions`, { schema: v() });
    const { id } = registered as { readonly id: number }; // asserted by what follows
    const version = { subject: SUBJECT, id, version: 1, schema: v() };
    assert.deepEqual(await ask(address, "GET /subjects"), [200, [SUBJECT]]);
    assert.deepEqual(await ask(address, `GET /subjects/${SUBJECT}/versions`), [200, [1]]);
    assert.deepEqual(await ask(address, `GET /subjects/${SUBJECT}/versions/1`), [200, version]);
    assert.deepEqual(await ask(address, `GET /subjects/${SUBJECT}/versions/latest`), [200, version]);
    assert.deepEqual(await ask(address, `POST /subjects/${SUBJECT}`, { schema: v() }), [200, version]);
    assert.deepEqual(await ask(address, `GET /schemas/ids/${id}`), [200, { schema: v() }]);
  });

  it("levels and the compatibility question", async (test) => {
    const address = await registryAt(test);
    await ask(address, `POST /subjects/${SUBJECT}/versions`, { schema: v() });
    assert.deepEqual(await ask(address, "GET /config"), [200, { compatibilityLevel: "BACKWARD" }]);
    const question = `POST /compatibility/subjects/${SUBJECT}/versions/latest`;
    assert.deepEqual(await ask(address, question, { schema: v(withDefault) }), [200, { is_compatible: true, messages: [] }]);
    assert.deepEqual(await ask(address, question, { schema: v(withoutDefault) }), [
      200,
      { is_compatible: false, messages: ["m: the field was not written and has no default (data of version 1)"] },
    ]);
    assert.deepEqual(await ask(address, `PUT /config/${SUBJECT}`, { compatibility: "NONE" }), [200, { compatibility: "NONE" }]);
    assert.deepEqual(await ask(address, `GET /config/${SUBJECT}`), [200, { compatibilityLevel: "NONE" }]);
    assert.equal((await ask(address, `POST /subjects/${SUBJECT}/versions`, { schema: v(withoutDefault) }))[0], 200);
    assert.deepEqual(await ask(address, "PUT /config", { compatibility: "FULL" }), [200, { compatibility: "FULL" }]);
    assert.deepEqual(await ask(address, "GET /config/other?defaultToGlobal=true"), [200, { compatibilityLevel: "FULL" }]);
  });

  const refusals: readonly (readonly [string, object | undefined, number, number, RegExp])[] = [
    ["GET /subjects/nope/versions", undefined, 404, 40401, /Subject 'nope' not found/],
    [`GET /subjects/${SUBJECT}/versions/9`, undefined, 404, 40402, /Version 9 not found/],
    [`GET /subjects/${SUBJECT}/versions/x`, undefined, 422, 42202, /'x' is not a valid version id/],
    ["GET /schemas/ids/1", undefined, 404, 40403, /Schema 1 not found/],
    [`POST /subjects/${SUBJECT}`, { schema: '"int"' }, 404, 40403, /not found/],
    [`GET /config/${SUBJECT}`, undefined, 404, 40408, /does not have subject-level compatibility/],
    ["PUT /config", { compatibility: "SOME" }, 422, 42203, /compatibility is "SOME"; allowed are NONE, BACKWARD/],
    [`POST /subjects/${SUBJECT}/versions`, { schema: '{"type":"recrd"}' }, 422, 42201, /SCHEMA_INVALID: .*type `recrd` is not defined/],
    [
      `POST /subjects/${SUBJECT}/versions`,
      { schema: "{}", schemaType: "PROTOBUF" },
      422,
      42201,
      /schemaType is "PROTOBUF"; allowed is AVRO/,
    ],
    [`POST /subjects/${SUBJECT}/versions`, {}, 422, 42201, /`schema` is missing/],
    [`POST /subjects/${SUBJECT}/versions`, { schema: v(withoutDefault) }, 409, 409, /refuses the new schema under BACKWARD/],
  ];
  for (const [request, body, status, code, sentence] of refusals) {
    it(`${request} is refused with ${code}`, async (test) => {
      const address = await registryAt(test);
      await ask(address, `POST /subjects/${SUBJECT}/versions`, { schema: v() });
      const [answered, error] = await ask(address, request, body);
      const { error_code, message } = error as { readonly error_code: number; readonly message: string }; // asserted at once
      assert.deepEqual([answered, error_code], [status, code]);
      assert.match(message, sentence);
    });
  }
});
