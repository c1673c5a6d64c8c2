import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "@troupe/kernel";
import { fileRegistry, loadSchemas, memorySettings } from "../src/index.ts";
import { asRead, bench, envelope, factOf, folder, noted, SHOP } from "./support/parts.ts";

const schemas = loadSchemas(SHOP);
const SUBJECT = "shop.lab.Noted";
const v = (...fields: readonly Json[]): string => JSON.stringify(noted(fields));
const withDefault: Json = { name: "n", type: "int", default: 0, doc: "N." };
const withoutDefault: Json = { name: "m", type: "int", doc: "M." };

describe("ids of the embedded registry", () => {
  it("are the same after a restart, in another process, and on another machine", async () => {
    const storage = memorySettings();
    const first = await fileRegistry({ schemas, storage }).register(SUBJECT, v());
    assert.equal(await fileRegistry({ schemas, storage }).register(SUBJECT, v()), first);
    assert.equal(await fileRegistry({ schemas }).register(SUBJECT, v()), first);
  });

  it("are positive and fit the 32 bits of the wire format", async () => {
    for (const { fullName, text } of schemas.events) {
      const id = await fileRegistry({ schemas }).register(fullName, text);
      assert.ok(id > 0 && id < 2 ** 31, `${fullName} has ${id}`);
    }
  });

  it("are never used again: old records stay readable when the schemas change on a data folder", async (test) => {
    const storage = memorySettings();
    const oldDirectory = folder(test, { "lab/Noted.avsc": noted() });
    const old = await bench(oldDirectory, fileRegistry({ schemas: loadSchemas(oldDirectory), storage }));
    const record = asRead(old.codec.encode({ envelope: envelope("Noted"), payload: { id: "a" } }));
    const directory = folder(test, { "lab/Noted.avsc": noted([withDefault]) });
    const current = await bench(directory, fileRegistry({ schemas: loadSchemas(directory), storage }));
    const decoded = await current.codec.decode(record, new Set(["Noted"]));
    assert.deepEqual(factOf(decoded).payload, { id: "a", n: 0 });
  });

  it("a schema that takes the id of another's content gets the next one", async () => {
    const storage = memorySettings();
    const id = await fileRegistry({ schemas }).register(SUBJECT, v());
    await storage.put(`registry/schema/${id}`, { text: '"int"' });
    const registry = fileRegistry({ schemas, storage });
    assert.equal(await registry.register(SUBJECT, v()), id + 1);
    assert.equal(await registry.schemaById(id), '"int"');
    assert.equal(await registry.schemaById(id + 1), v());
  });

  it("space in a schema does not make another one, an unknown id is undefined", async () => {
    const registry = fileRegistry({ schemas });
    const id = await registry.register(SUBJECT, v());
    assert.equal(await registry.register(SUBJECT, JSON.stringify(JSON.parse(v()), null, 4)), id);
    assert.equal((await registry.store.versions(SUBJECT)).length, 1);
    assert.equal(await registry.schemaById(id + 1), undefined);
  });
});

describe("registration checks compatibility", () => {
  it("BACKWARD without being asked, and lists every violation", async () => {
    const registry = fileRegistry({ schemas });
    await registry.register(SUBJECT, v());
    const broken = JSON.stringify({ ...noted([withoutDefault, { name: "o", type: "int", doc: "O." }]), name: "Other" });
    await assert.rejects(registry.register(SUBJECT, broken), {
      code: "SCHEMA_INCOMPATIBLE",
      message:
        "Subject shop.lab.Noted refuses the new schema under BACKWARD: written as record shop.lab.Noted, which is neither the name nor an alias of shop.lab.Other (data of version 1); m: the field was not written and has no default (data of version 1); o: the field was not written and has no default (data of version 1).",
    });
    assert.equal((await registry.store.versions(SUBJECT)).length, 1, "nothing was registered");
  });

  it("against the latest version, unless the level is transitive", async () => {
    const registry = fileRegistry({ schemas });
    await registry.register(SUBJECT, v());
    await registry.register(SUBJECT, v(withDefault));
    const third = v({ name: "n", type: "int", doc: "N." });
    await registry.store.setLevel(SUBJECT, "BACKWARD_TRANSITIVE");
    await assert.rejects(registry.register(SUBJECT, third), { code: "SCHEMA_INCOMPATIBLE" });
    await registry.store.setLevel(SUBJECT, "BACKWARD");
    await registry.register(SUBJECT, third);
    assert.deepEqual(
      (await registry.store.versions(SUBJECT)).map(({ version }) => version),
      [1, 2, 3],
    );
  });

  it("a version that is there is not refused, whatever came after it: a roll-back starts", async () => {
    const registry = fileRegistry({ schemas });
    const id = await registry.register(SUBJECT, v(withDefault));
    await registry.store.setLevel(null, "NONE");
    await registry.register(SUBJECT, v(withoutDefault));
    await registry.store.setLevel(null, "BACKWARD");
    assert.equal(await registry.register(SUBJECT, v(withDefault)), id);
  });

  it("two registrations at once don't take one version number", async () => {
    const registry = fileRegistry({ schemas });
    const more = [0, 1, 2, 3].map((at) =>
      v(...[0, 1, 2, 3].slice(0, at).map((n): Json => ({ name: `f${n}`, type: "int", default: 0, doc: "F." }))),
    );
    await Promise.all(more.map((schema) => registry.register(SUBJECT, schema)));
    assert.deepEqual(
      (await registry.store.versions(SUBJECT)).map(({ version }) => version),
      [1, 2, 3, 4],
    );
  });

  it("what is no schema is SCHEMA_INVALID with the reason", async () => {
    const registry = fileRegistry({ schemas });
    await assert.rejects(registry.register(SUBJECT, "{"), {
      code: "SCHEMA_INVALID",
      message: /shop\.lab\.Noted is not a valid event schema: it is not JSON/,
    });
    await assert.rejects(registry.register(SUBJECT, '{"type":"recrd"}'), {
      code: "SCHEMA_INVALID",
      message: /type `recrd` is not defined/,
    });
    await assert.rejects(registry.register(SUBJECT, v({ name: "n", type: "int", default: "x", doc: "N." })), {
      message: /at field `n` the default "x" does not fit int/,
    });
    await registry.register(SUBJECT, v({ name: "ok", type: { type: "long", logicalType: "local-timestamp-millis" }, doc: "Foreign." }));
  });

  it("a codec does not start on data that its schemas can't read", async (test) => {
    const storage = memorySettings();
    const old = folder(test, { "lab/Noted.avsc": noted() });
    await bench(old, fileRegistry({ schemas: loadSchemas(old), storage }));
    const directory = folder(test, { "lab/Noted.avsc": noted([withoutDefault]) });
    await assert.rejects(bench(directory, fileRegistry({ schemas: loadSchemas(directory), storage })), { code: "SCHEMA_INCOMPATIBLE" });
  });
});
