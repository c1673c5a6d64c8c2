import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DocumentWrite } from "@troupe/kernel";
import { openAt, scratch } from "./open.ts";

const MOST = 10_000;

/** A write whose document takes about `bytes`. */
const writeOf = (id: string, bytes: number): DocumentWrite => ({
  id: `default/tally/${id}`,
  expected: 0,
  w: "w",
  shard: 1,
  body: { definition: "tally", status: "open", state: "x".repeat(bytes - 40), inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 },
  history: [],
  outbox: {},
  nextSeq: 1,
});

describe("the largest document", () => {
  for (const [share, kind] of [
    [0.9, "ok"],
    [1, "ok"],
    [1.1, "refused"],
  ] as const) {
    test(`at ${share} of the bound is ${kind}`, async () => {
      const { store, close } = openAt(":memory:", { maxDocumentBytes: MOST });
      const [outcome, small] = await store.documents("tally").commit([writeOf("a", share * MOST), writeOf("b", 100)]);
      assert.equal(outcome?.kind, kind);
      assert.equal(small?.kind, "ok", "its neighbours apply");
      await close();
    });
  }
});

test("a data file at its bound takes nothing more, goes on reading, keeps what it acknowledged, and goes on when the bound is raised", async () => {
  const { file, dispose } = scratch();
  const bound = 2 * 1024 * 1024;
  const first = openAt(file, { maxFileBytes: bound });
  await first.bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
  const publish = (at: number) => first.bus.publish([{ topic: "orders", key: "a", value: Buffer.alloc(10_000, at), headers: {} }]);
  let acknowledged = 0;
  const refusal = await (async () => {
    for (;;) {
      try {
        await publish(acknowledged);
        acknowledged += 1;
      } catch (error) {
        return error;
      }
    }
  })();
  assert.equal((refusal as { readonly code?: unknown }).code, "BUS_UNREACHABLE");
  assert.match(String(refusal), /full/);
  assert.ok(acknowledged * 10_000 > 0.7 * bound && acknowledged * 10_000 < bound, `${acknowledged} records of 10 kB`);
  const ends = async (open: typeof first) => (await open.bus.admin.endOffsets(["orders"]))[0]?.end;
  assert.equal(await ends(first), acknowledged);
  await assert.rejects(publish(0), { code: "BUS_UNREACHABLE" });
  await first.close();
  const second = openAt(file, { maxFileBytes: 2 * bound });
  assert.equal(await ends(second), acknowledged);
  await second.bus.publish([{ topic: "orders", key: "a", value: Buffer.alloc(10_000), headers: {} }]);
  assert.equal(await ends(second), acknowledged + 1);
  await second.close();
  await dispose();
});
