import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { HttpRoute, Json } from "@troupe/kernel";
import { confluentRegistry } from "../src/index.ts";
import { serve } from "./support/http.ts";
import { asRead, bench, envelope, factOf, folder, noted, SAMPLES, SHOP } from "./support/parts.ts";
import { ask, registryAt, SUBJECT, v, withDefault, withoutDefault } from "./support/registry-http.ts";

/** A registry that knows nothing but `answers`, and takes any schema. */
function standIn(test: TestContext, answers: readonly HttpRoute[]): Promise<string> {
  return serve(test, [
    ...answers,
    canned("POST /subjects/{subject}", { error_code: 40401, message: "Subject not found." }, 404),
    canned("GET /subjects/{subject}/versions/latest", { error_code: 40401, message: "Subject not found." }, 404),
    canned("GET /config/{subject}", { error_code: 40408, message: "No level." }, 404),
    canned("PUT /config/{subject}", { compatibility: "BACKWARD" }),
    canned("POST /subjects/{subject}/versions", { id: 2 }),
  ]);
}

/** A route that always answers the same. */
function canned(place: string, body: Json, status = 200): HttpRoute {
  const [method, path = ""] = place.split(" ");
  return { method: method as HttpRoute["method"], path, summary: "", tag: "", responses: {}, handle: async () => ({ status, body }) }; // written below
}

describe("the adapter of a Confluent-compatible server", () => {
  it("registers all, reads by id, and writes and reads a whole record", async (test) => {
    const address = await registryAt(test);
    const { codec } = await bench(SHOP, confluentRegistry({ url: `${address}/` }));
    const record = asRead(
      codec.encode({ envelope: envelope("OrderPlaced"), payload: codec.fromJson("OrderPlaced", SAMPLES["OrderPlaced"] ?? null) }),
    );
    const other = await bench(SHOP, confluentRegistry({ url: address }));
    assert.deepEqual(factOf(await other.codec.decode(record, new Set(["OrderPlaced"]))).payload["total"], "21.25");
    assert.equal(await other.registry.schemaById(7), undefined);
    assert.deepEqual(other.registry.describe(), { adapter: "confluent", address });
  });

  it("lists every violation itself, under the level that the subject has", async (test) => {
    const address = await registryAt(test);
    const registry = confluentRegistry({ url: address });
    await registry.register(SUBJECT, v());
    assert.deepEqual(await ask(address, `GET /config/${SUBJECT}`), [200, { compatibilityLevel: "BACKWARD" }], "the client sets it");
    const broken = v(withoutDefault, { name: "o", type: "int", doc: "O." });
    await assert.rejects(registry.register(SUBJECT, broken), { code: "SCHEMA_INCOMPATIBLE", message: /under BACKWARD: m: .*; o: / });
    await ask(address, `PUT /config/${SUBJECT}`, { compatibility: "FULL_TRANSITIVE" });
    await assert.rejects(registry.register(SUBJECT, v(withoutDefault)), { code: "SCHEMA_INCOMPATIBLE", message: /under FULL_TRANSITIVE/ });
    await registry.register(SUBJECT, v(withDefault));
    await ask(address, `PUT /config/${SUBJECT}`, { compatibility: "NONE" });
    await registry.register(SUBJECT, broken);
  });

  it("refuses also where the server would take anything", async (test) => {
    const latest = canned("GET /subjects/{subject}/versions/latest", { subject: SUBJECT, id: 1, version: 4, schema: v() });
    const registry = confluentRegistry({ url: await standIn(test, [latest]) });
    await assert.rejects(registry.register(SUBJECT, v(withoutDefault)), { code: "SCHEMA_INCOMPATIBLE", message: /\(data of version 4\)/ });
    assert.equal(await registry.register(SUBJECT, v(withDefault)), 2);
  });
});

describe("a registry that fails is told from one that refuses", () => {
  it("a server that is not there is REGISTRY_UNREACHABLE with its address, for every call", async () => {
    const registry = confluentRegistry({ url: "http://user:secret@127.0.0.1:1/registry" });
    for (const call of [() => registry.register(SUBJECT, v()), () => registry.schemaById(1)]) {
      await assert.rejects(call, {
        code: "REGISTRY_UNREACHABLE",
        message: /registry at http:\/\/127\.0\.0\.1:1\/registry does not answer: /,
      });
    }
  });

  it("a wrong base address is that too: its 404 must not bury every record as one of an unknown schema", async (test) => {
    const registry = confluentRegistry({ url: `${await registryAt(test)}/elsewhere` });
    for (const call of [() => registry.register(SUBJECT, v()), () => registry.schemaById(1)])
      await assert.rejects(call, { code: "REGISTRY_UNREACHABLE" });
  });

  it("a server that answers something else is that too, never an unknown schema", async (test) => {
    const address = await serve(test, [canned("GET /schemas/ids/{id}", "bad gateway", 502)]);
    await assert.rejects(confluentRegistry({ url: address }).schemaById(1), {
      code: "REGISTRY_UNREACHABLE",
      message: /answers 502 "bad gateway"/,
    });
  });

  it("a web page in place of a registry is named by status and content type, not quoted", async (test) => {
    const page = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Hello"));
    await new Promise<void>((ready) => page.listen(0, "127.0.0.1", ready));
    test.after(() => void page.close().closeAllConnections());
    const registry = confluentRegistry({ url: `http://127.0.0.1:${(page.address() as AddressInfo).port}` }); // it listens on TCP
    for (const call of [() => registry.register(SUBJECT, v()), () => registry.schemaById(1)]) {
      await assert.rejects(call, (error: Error) => /answers 200 with text\/html\./.test(error.message) && !error.message.includes("<"));
    }
  });

  it("a server's own refusal is passed on: 409 incompatible, 422 invalid", async (test) => {
    for (const [status, code] of [
      [409, "SCHEMA_INCOMPATIBLE"],
      [422, "SCHEMA_INVALID"],
    ] as const) {
      const body = { error_code: status, message: "the server says no" };
      const address = await standIn(test, [canned("POST /subjects/{subject}/versions", body, status)]);
      await assert.rejects(confluentRegistry({ url: address }).register(SUBJECT, v()), { code, message: /the server says no/ });
    }
  });
});

it("a process that is refused because another one registers the same schema at this moment takes the id that is there", async (test) => {
  for (const place of ["PUT /config/{subject}", "POST /subjects/{subject}/versions"]) {
    let asked = 0;
    const nowThere: HttpRoute = {
      ...canned("POST /subjects/{subject}", {}),
      handle: async () =>
        asked++ === 0 ? { status: 404, body: { error_code: 40403, message: "Not found." } } : { status: 200, body: { id: 9 } },
    };
    const lost = canned(place, { error_code: 409, message: "A rule named 'COMPATIBILITY' already exists." }, 409);
    const registry = confluentRegistry({ url: await standIn(test, [nowThere, lost]) });
    assert.equal(await registry.register(SUBJECT, v()), 9);
  }
});

describe("references", () => {
  it("schemas that refer to other subjects arrive whole", async (test) => {
    const answers: { readonly [path: string]: Json } = {
      "/schemas/ids/{id}": {
        schema: JSON.stringify(
          noted([
            { name: "by", type: "other.Person", doc: "By." },
            { name: "to", type: ["null", "other.Person"], default: null, doc: "To." },
          ]),
        ),
        references: [{ name: "other.Person", subject: "other.Person", version: 3 }],
      },
      "/subjects/other.Person/versions/3": {
        schema: '{"type":"record","name":"Person","namespace":"other","fields":[{"name":"home","type":"Town"}]}',
        references: [{ name: "other.Town", subject: "towns", version: 1 }],
      },
      "/subjects/towns/versions/1": { schema: '{"type":"record","name":"other.Town","fields":[{"name":"name","type":"string"}]}' },
    };
    const address = await serve(
      test,
      Object.entries(answers).map(([path, body]) => canned(`GET ${path}`, body)),
    );
    const directory = folder(test, {
      "lab/Noted.avsc": noted([
        {
          name: "by",
          doc: "By.",
          type: {
            type: "record",
            name: "other.Person",
            doc: "P.",
            fields: [
              {
                name: "home",
                doc: "H.",
                type: { type: "record", name: "other.Town", doc: "T.", fields: [{ name: "name", type: "string", doc: "N." }] },
              },
            ],
          },
        },
      ]),
    });
    const { codec, registry } = await bench(directory);
    const remote = confluentRegistry({ url: address });
    const reader = await bench(directory, { ...registry, schemaById: remote.schemaById });
    const out = codec.encode({ envelope: envelope("Noted"), payload: { id: "a", by: { home: { name: "Ulm" } } } });
    const value = Uint8Array.of(0, 0, 0, 0, 5, ...(out.value ?? []).slice(5), 0); // to: null
    const fact = factOf(await reader.codec.decode({ ...asRead(out), value }, new Set(["Noted"])));
    assert.deepEqual(fact.payload, { id: "a", by: { home: { name: "Ulm" } } });
  });
});
