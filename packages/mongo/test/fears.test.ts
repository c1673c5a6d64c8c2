import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { type DocumentBody, type DocumentWrite, documentId, explain, type HistoryEntry, TroupeError } from "@troupe/kernel";
import { uniqueName } from "@troupe/testing";
import { MongoClient } from "mongodb";
import { selectionOf } from "../src/paging.ts";
import { requireSuitable } from "../src/suitable-server.ts";
import { DATABASE, openStore, URL_OF_SERVER } from "./support.ts";

const BODY: DocumentBody = {
  definition: "order@1#a",
  status: "running",
  state: {},
  inbox: {},
  dueAt: null,
  historyLength: 0,
  updatedAt: 1,
};

function write(key: string, expected: number, more: Partial<DocumentWrite> = {}): DocumentWrite {
  const id = documentId({ tenant: "default", definition: "order", key });
  return { id, expected, w: `${key}-${expected}`, shard: 0, body: BODY, history: [], outbox: {}, nextSeq: 1, ...more };
}

test("an absent server is one sentence within a few seconds", async () => {
  const began = performance.now();
  const error: unknown = await openStore("mongodb://127.0.0.1:1/").catch((thrown: unknown) => thrown);
  assert.match(explain(error), /^STORE_UNREACHABLE: The document store at 127\.0\.0\.1:1 does not answer: [^\n]*ECONNREFUSED[^\n]*$/);
  assert.ok(performance.now() - began < 6_000);
});

test("a malformed address is refused without showing its password", async () => {
  const error: unknown = await openStore("mongodb://user:secret@h:1:2/").catch((thrown: unknown) => thrown);
  assert.ok(error instanceof TroupeError && error.code === "CONFIG_INVALID");
  assert.doesNotMatch(explain(error), /secret/);
});

test("FerretDB and servers before 4.4 are refused, newer ones are not", () => {
  const refused = { code: "STORE_UNSUITABLE" };
  assert.throws(() => requireSuitable({ version: "7.0.77", ferretdbVersion: "v1.24.2" }, "h"), refused);
  assert.throws(() => requireSuitable({ version: "7.0.77", ferretdb: { version: "v2.0.0" } }, "h"), refused);
  assert.throws(() => requireSuitable({ version: "4.2.24" }, "h"), refused);
  for (const version of ["4.4.0", "6.0.5", "8.2.1", "10.0.0"]) requireSuitable({ version }, "h");
});

test("a search reads its index in the order of the answer, and no more of it than the page needs", async () => {
  const store = await openStore();
  const owner = uniqueName("owner");
  const client = new MongoClient(URL_OF_SERVER);
  try {
    const writes = Array.from({ length: 200 }, (_, at) =>
      write(`k${at}`, 0, { body: { ...BODY, updatedAt: at }, search: { customer: at % 2 === 0 ? "c-1" : `c${at}`, country: "DE" } }),
    );
    await store.documents(owner).commit(writes);
    const filter = selectionOf({ definition: "order", search: { customer: "c-1", country: "DE" }, limit: 5 });
    const cursor = client.db(DATABASE).collection(`documents.${owner}`).find(filter).sort({ updatedAt: -1, _id: -1 }).limit(6);
    const { executionStats, queryPlanner } = await cursor.explain("executionStats");
    assert.ok(executionStats.totalDocsExamined <= 12, `${executionStats.totalDocsExamined} documents were read`);
    assert.doesNotMatch(JSON.stringify(queryPlanner.winningPlan), /"SORT"|"COLLSCAN"/);
  } finally {
    await client.close();
    await store.close();
  }
});

test("a document that grows too large is refused alone, stays as it was, and takes a small write", async () => {
  const store = await openStore();
  try {
    const documents = store.documents(uniqueName("owner"));
    const entry = (order: number): HistoryEntry => ({ order, at: 1, entry: { text: "x".repeat(4_500_000) } });
    for (let version = 0; version < 3; version++) {
      assert.deepEqual(await documents.commit([write("a", version, { history: [entry(version + 1)] })]), [{ kind: "ok" }]);
    }
    const outcomes = await documents.commit([write("b", 0), write("a", 3, { history: [entry(4)] }), write("c", 0)]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["ok", "refused", "ok"],
    );
    assert.deepEqual(await documents.commit([write("a", 3)]), [{ kind: "ok" }]);
    assert.equal((await documents.history(write("a", 0).id)).length, 3);
  } finally {
    await store.close();
  }
});

test("a write whose reply is lost is unknown, and reading again tells whose it was", async () => {
  const line = await cuttableLine();
  const store = await openStore(line.url);
  try {
    const documents = store.documents(uniqueName("owner"));
    assert.deepEqual(await documents.commit([write("a", 0), write("b", 0)]), [{ kind: "ok" }, { kind: "ok" }]);
    line.cutReplies();
    const outcomes = await documents.commit([write("a", 1, { w: "mine" }), write("b", 5)]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["unknown", "unknown"],
    );
    await assert.rejects(documents.load([write("a", 0).id]), { code: "STORE_UNREACHABLE" });
    line.mend();
    const found = await documents.load([write("a", 0).id, write("b", 0).id]);
    assert.deepEqual([found.get(write("a", 0).id)?.w, found.get(write("a", 0).id)?.version], ["mine", 2], "it was written all the same");
    assert.equal(found.get(write("b", 0).id)?.version, 1);
  } finally {
    await store.close();
    line.close();
  }
});

type Line = { readonly url: string; cutReplies(): void; mend(): void; close(): void };

/** A TCP line to the real server: when cut, requests still arrive there, but no reply comes back and connections break. */
async function cuttableLine(): Promise<Line> {
  const target = new URL(URL_OF_SERVER);
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.end();
      });
    }
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => (cut ? near.destroy() : near.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    cutReplies: () => {
      cut = true;
    },
    mend: () => {
      cut = false;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
