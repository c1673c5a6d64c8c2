import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@troupe/kernel";
import type { SagaState } from "../../src/core/index.ts";
import { searchKeys } from "../../src/shell/saga-document.ts";
import { orderId, releaseSaga } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

const keysOf = (search: JsonObject) => searchKeys({ search } as unknown as SagaState); // reads nothing else

test("a saga is found by text, truth values, numbers and decimals, each as the text that shows it", () => {
  const search = { text: "Grüße", flag: false, int: 7, double: 0.5, long: { $long: "9007199254740993" }, decimal: "12.50" };
  assert.deepEqual(keysOf(search), { text: "Grüße", flag: "false", int: "7", double: "0.5", long: "9007199254740993", decimal: "12.50" });
});

test("lists, maps, bytes and texts over 200 characters are shown and not searched", () => {
  const search = { list: [1], map: { a: 1 }, bytes: { $bytes: "0aff" }, nothing: null, long: "x".repeat(201), longest: "x".repeat(200) };
  assert.deepEqual(keysOf(search), { longest: "x".repeat(200) });
});

test("a saga without search keys has none to be found by", () => {
  assert.deepEqual(searchKeys({} as unknown as SagaState), {}); // as above
});

const SEARCHED = releaseSaga().replace(
  "deadline: 10m",
  "deadline: 10m\nsearch: { order: start.orderId, parcel: steps.recall.parcelId, kind: '\"release\"' }",
);

test("search keys that the first fact of a tick made known are not lost by the next one", async (t) => {
  const stage = await Stage.open(t);
  stage.write("release.saga.yaml", SEARCHED);
  await stage.say("StockReleaseRequested");
  await stage.say("StockReleaseRequested", {}, "b");
  await stage.say("OrderConfirmed", { confirmedAt: 0 }); // nothing that it waits for, in the same tick
  await stage.start();
  await stage.until(() => stage.heardOf("ShipmentRecallRequested").length === 2, "the commands");
  const found = async (search: { readonly [name: string]: string }): Promise<number> =>
    (await stage.documents.query({ search, definition: "release", limit: 10 })).documents.length;
  assert.equal(await found({ order: orderId("a") }), 1);
  assert.equal(await found({ kind: "release" }), 2);
  assert.equal(await found({ kind: "release", order: orderId("b") }), 1);
  await stage.say("ShipmentRecalled", { parcelId: orderId("p"), recalledAt: 0 });
  await stage.until(() => stage.heardOf("SagaCompleted").length === 1, "the end");
  assert.equal(await found({ parcel: orderId("p"), kind: "release" }), 1);
});
