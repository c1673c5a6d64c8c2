import assert from "node:assert/strict";
import { test } from "node:test";
import { documentId } from "@troupe/kernel";
import type { SagaPage, SagaView } from "../../src/api/index.ts";
import { kept, letter, served, stored } from "./fixtures.ts";

async function json<Body>(address: string): Promise<{ readonly status: number; readonly body: Body }> {
  const response = await fetch(address);
  return { status: response.status, body: (await response.json()) as Body }; // what the assertions check
}
type Failed = { readonly error: { readonly code: string; readonly message: string } };

test("sagas are paged: following the cursor reads each of them once", async () => {
  const all = ["a", "b", "c", "d", "e"].map((key) => stored(key));
  const { port, asked } = kept(all);
  await served({ documents: port }, async ({ address }) => {
    const ids: string[] = [];
    let cursor: string | null = "0";
    while (cursor !== null) {
      const page: SagaPage = (await json<SagaPage>(`${address}/v1/sagas?limit=2&cursor=${cursor}`)).body;
      ids.push(...page.sagas.map(({ id }) => id));
      cursor = page.cursor;
    }
    assert.deepEqual(ids, ["a", "b", "c", "d", "e"]);
    assert.equal(asked.length, 3);
  });
});

test("without any filter the latest fifty are asked for, with filters exactly those", async () => {
  const { port, asked } = kept([]);
  await served({ documents: port }, async ({ address }) => {
    assert.deepEqual((await json(`${address}/v1/sagas`)).body, { sagas: [], cursor: null });
    await json(`${address}/v1/sagas?status=stuck&definition=orderFulfilment&limit=200`);
  });
  assert.deepEqual(asked, [{ limit: 50 }, { status: "stuck", definition: "orderFulfilment", limit: 200 }]);
});

test("a status that does not exist is refused with those that do", async () => {
  await served({}, async ({ address }) => {
    const { status, body } = await json<Failed>(`${address}/v1/sagas?status=compensatd`);
    assert.equal(status, 422);
    assert.equal(body.error.code, "REQUEST_INVALID");
    assert.equal(
      body.error.message,
      '`status` is "compensatd"; allowed is one of awaiting, running, compensating, stuck, completed, compensated, unmatched (did you mean compensated?).',
    );
  });
});

test("limits outside of 1 to 200 and unknown filters are refused", async () => {
  await served({}, async ({ address }) => {
    for (const query of ["limit=0", "limit=201", "limit=x", "state=running", "cursor="]) {
      assert.equal((await json(`${address}/v1/sagas?${query}`)).status, 422, query);
    }
  });
});

test("a saga is found by its id even when the id needs encoding, and comes with its history", async () => {
  const document = stored("o/1 ä");
  const { port } = kept([document], { [document.id]: [{ order: 1, at: 0, entry: {} }] });
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<SagaView>(`${address}/v1/sagas/orderFulfilment/${encodeURIComponent("o/1 ä")}`);
    assert.equal(status, 200);
    assert.equal(body.id, "o/1 ä");
    assert.deepEqual(
      body.timeline.map(({ order, at }) => [order, at]),
      [[1, "1970-01-01T00:00:00.000Z"]],
    );
  });
});

test("an unknown saga is 404 with the names that were asked for", async () => {
  const { port } = kept([stored("o-1")]);
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<Failed>(`${address}/v1/sagas/orderFulfilment/o-2`);
    assert.equal(status, 404);
    assert.equal(body.error.code, "SAGA_UNKNOWN");
    assert.match(body.error.message, /orderFulfilment\/o-2/);
  });
});

test("a definition name in a path can't reach a document of another tenant", async () => {
  const { port } = kept([stored("o-1", { id: documentId({ tenant: "other", definition: "orderFulfilment", key: "o-1" }) })]);
  await served({ documents: port }, async ({ address }) => {
    assert.equal((await json(`${address}/v1/sagas/orderFulfilment/o-1`)).status, 404);
    assert.equal((await json(`${address}/v1/sagas/${encodeURIComponent("../other/orderFulfilment")}/o-1`)).status, 422);
  });
});

test("dead letters come with bytes, place and reason", async () => {
  const asked: unknown[] = [];
  const list = async (query: { readonly group?: string; readonly limit: number }) => {
    asked.push(query);
    return [letter()];
  };
  await served({ deadLetters: { list } }, async ({ address }) => {
    const { body } = await json<{ readonly deadLetters: readonly unknown[] }>(`${address}/v1/dead-letters?group=payments&limit=3`);
    assert.deepEqual(asked, [{ group: "payments", limit: 3 }]);
    assert.deepEqual(body.deadLetters, [{ ...letter(), timestamp: "1970-01-01T00:00:00.000Z", at: "1970-01-01T00:00:01.000Z" }]);
  });
});

test("definitions are those of now, not those of the start", async () => {
  let title = "old";
  const definitions = () => [{ name: "orderFulfilment", version: 2, hash: "abc", title, steps: ["stock", "payment"] }];
  await served({ definitions }, async ({ address }) => {
    title = "new";
    assert.deepEqual((await json(`${address}/v1/definitions`)).body, {
      definitions: [{ name: "orderFulfilment", version: 2, hash: "abc", title: "new", steps: ["stock", "payment"] }],
    });
  });
});
