import assert from "node:assert/strict";
import type { Json, JsonObject } from "@troupe/kernel";
import { bodyOf, idOf, loadOne, type StoreContract, type StoreScope, storedAs, storeTest, writeOf } from "./store-scope.ts";

/** What is loaded is what was committed, to the last character. */
export function registerDocumentValueCases(contract: StoreContract): void {
  for (const [what, value] of VALUES) storeTest(contract, `${what} survive exactly`, (scope) => survives(scope, value));
  storeTest(contract, "ids and keys with any characters are kept apart", idsKept);
  storeTest(contract, "hundreds of documents load at once", manyLoaded);
}

const VALUES: ReadonlyArray<readonly [string, Json]> = [
  ["nested values", { a: { b: [{ c: [[1, [2, { d: null }]]] }, true, false, null] }, list: ["x", 1, { y: [] }] }],
  ["empty things", { list: [], object: {}, text: "", nested: [[], [{}], ""], zero: 0, no: false, none: null }],
  ["numbers", [0.1, 0.30000000000000004, 1e21, 1e-7, -1.5, 5e-324, 1.7976931348623157e308, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53)]],
  ["texts", ["ünïcödé ß", "日本語", "🚀👩‍🚀", "\u0000 nul", "line\nbreak \t \\ \" '", "\u2028", "e\u0301 is not é", "$set", "a.b"]],
  ["names with dots and dollar signs", { "a.b": 1, $set: { $inc: { "$a.$b": 2 } }, ".": 3, $: 4, "a..b.": { "0": 5, "1": 6 } }],
  [
    "texts that look like other types",
    { id: "65a1b2c3d4e5f60718293a4b", date: "2026-01-01T00:00:00Z", number: "12.50", oid: { $oid: "x" } },
  ],
  ["a plain text state", "only text"],
  ["a null state", null],
];

async function survives({ documents }: StoreScope, value: Json): Promise<void> {
  const entry: JsonObject = { value, "with.dot": 1, $dollar: 2 };
  const write = writeOf({
    key: "a",
    expected: 0,
    body: bodyOf({ state: value, inbox: { "AbC-_1234.$x": 1_800_000_000_000, $y: 2 }, historyLength: 1, dueAt: 2 ** 52 }),
    history: [{ order: 1, at: 1_700_000_000_123, entry }],
    outbox: { 12: { topic: "t", key: "🚀.$", value: null, headers: { "a.b": "$c", $d: "", "content-type": "ü" } } },
    nextSeq: 13,
  });
  assert.deepEqual(await documents.commit([write]), [{ kind: "ok" }]);
  assert.deepEqual(await loadOne(documents, write.id), storedAs(write, write.body.updatedAt));
  assert.deepEqual(await documents.history(write.id), write.history);
  const next = writeOf({ key: "a", expected: 1, body: { state: [value] } });
  await documents.commit([next]);
  assert.deepEqual((await loadOne(documents, next.id)).state, [value]);
}

async function idsKept({ documents }: StoreScope): Promise<void> {
  const keys = ["a/b", "a%2Fb", "A", "a", "ä", "a ", " a", "a'b", 'a"b', "$a", "a.b", "100%", "🚀", "x".repeat(500)];
  await documents.commit(keys.map((key, at) => writeOf({ key, expected: 0, body: { state: at } })));
  const found = await documents.load(keys.map((key) => idOf(key)));
  assert.deepEqual(
    keys.map((key) => found.get(idOf(key))?.state),
    keys.map((_, at) => at),
  );
}

async function manyLoaded({ documents }: StoreScope): Promise<void> {
  const keys = Array.from({ length: 800 }, (_, at) => `key-${at}`);
  const outcomes = await documents.commit(keys.map((key) => writeOf({ key, expected: 0 })));
  assert.ok(outcomes.every(({ kind }) => kind === "ok"));
  const ids = [...keys.map((key) => idOf(key)), ...keys.map((key) => idOf(`${key}-missing`))];
  assert.equal((await documents.load(ids)).size, 800);
}
