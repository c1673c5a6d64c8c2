import assert from "node:assert/strict";
import { test } from "node:test";
import { MongoClient } from "mongodb";
import { outcomesOf } from "../src/outcomes.ts";
import { DATABASE, URL_OF_SERVER } from "./support.ts";

type Item = { _id: string; n?: number };

/** What a real bulk on a real server throws. */
async function thrownBy(writeConcern: { w: number | "majority"; wtimeoutMS?: number }, ids: readonly string[]): Promise<unknown> {
  const client = new MongoClient(URL_OF_SERVER, { serverSelectionTimeoutMS: 3_000 });
  try {
    const items = client.db(DATABASE).collection<Item>("outcomes");
    await items.deleteMany({});
    await items.insertOne({ _id: "there" });
    const operations = ids.map((_id) => ({ insertOne: { document: { _id } } }));
    return await items.bulkWrite(operations, { ordered: false, writeConcern }).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await client.close();
  }
}

test("a bulk that resolved is ok for every operation", () => {
  assert.deepEqual(outcomesOf(2, undefined), [{ kind: "ok" }, { kind: "ok" }]);
});

test("a duplicate key is a conflict of its own operation only", async () => {
  const error = await thrownBy({ w: "majority" }, ["a", "there", "b"]);
  assert.deepEqual(
    outcomesOf(3, error).map(({ kind }) => kind),
    ["ok", "conflict", "ok"],
  );
});

test("a failed write concern makes the whole bulk unknown, also the operations that look decided", async () => {
  // one node can't confirm for two: the writes stand, but may be rolled back
  const error = await thrownBy({ w: 2, wtimeoutMS: 100 }, ["a", "there", "b"]);
  assert.ok(error instanceof Error);
  assert.deepEqual(
    outcomesOf(3, error).map(({ kind }) => kind),
    ["unknown", "unknown", "unknown"],
  );
});

test("anything that is not an answer to single operations makes all unknown", () => {
  assert.deepEqual(
    outcomesOf(2, new TypeError("x")).map(({ kind }) => kind),
    ["unknown", "unknown"],
  );
});
