import assert from "node:assert/strict";
import { test } from "node:test";
import { type DocumentWrite, documentId } from "@troupe/kernel";
import { uniqueName } from "@troupe/testing";
import { openMongo } from "../src/index.ts";
import { clock, DATABASE, log, openStore, URL_OF_SERVER as url } from "./support.ts";

const idOf = (key: string): string => documentId({ tenant: "default", definition: "order", key });

function write(key: string, expected = 0): DocumentWrite {
  const body = { definition: "order@1#a", status: "running", state: {}, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 };
  return { id: idOf(key), expected, w: key, shard: 0, body, history: [], outbox: {}, nextSeq: 1 };
}

test("in the middle of a bulk write its first half is durable and its second is not sent", async (t) => {
  const owner = uniqueName("owner");
  const witness = await openStore();
  const dying = await openMongo({
    ...{ url, database: DATABASE, clock, log },
    withinWrite: () => {
      throw new Error("gone");
    },
  });
  t.after(() => Promise.all([witness.close(), dying.close()]));
  const keys = ["a", "b", "c", "d", "e"];
  await assert.rejects(dying.documents(owner).commit(keys.map((key) => write(key))), /gone/);
  assert.deepEqual([...(await witness.documents(owner).load(keys.map(idOf))).keys()], ["a", "b", "c"].map(idOf));
});

test("a bulk that goes on after its middle tells each outcome as one that had none", async (t) => {
  const owner = uniqueName("owner");
  let passes = 0;
  const store = await openMongo({ ...{ url, database: DATABASE, clock, log }, withinWrite: () => passes++ });
  t.after(() => store.close());
  const outcomes = await store.documents(owner).commit([write("a"), write("b", 7), write("c"), write("d", 7)]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ["ok", "conflict", "ok", "conflict"],
  );
  assert.deepEqual([(await store.documents(owner).commit([write("e")]))[0]?.kind, passes], ["ok", 2]);
});
