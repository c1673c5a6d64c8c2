import assert from "node:assert/strict";
import { test } from "node:test";
import type { ParkedKey } from "@troupe/kernel";
import { folderWith, opened, troupe } from "./support/data-folder.ts";

const KEY: ParkedKey = {
  since: 1_700_000_000_000,
  code: "HANDLER_FAILED",
  reason: "payments failed",
  tries: 0,
  places: [1, 2].map((offset) => ({ topic: "orders", partition: 0, offset, identity: `i-${offset}`, bytes: 10 })),
  timersAt: null,
  asked: null,
};
const BODY = { definition: "payments", status: "settled", state: { n: 1 }, inbox: {}, dueAt: null, historyLength: 0, updatedAt: 1 };

/** Two parked keys of payments, the second retried in vain three times. */
const withParked = () =>
  folderWith(async ({ store }) => {
    for (const [key, tries] of [
      ["a", 0],
      ["b", 3],
    ] as const) {
      const id = `default/payments/${key}`;
      const common = { owner: "payments", document: id, topic: "orders", partition: 0, timestamp: 1, key, value: "AAE=", bytes: 10, at: 1 };
      await store.parked.add([1, 2].map((offset) => ({ ...common, offset, headers: { ce_type: `Event${offset}` } })));
      const body = { ...BODY, parked: { ...KEY, tries } };
      await store.documents("payments").commit([{ id, expected: 0, w: "w", shard: 1, body, history: [], outbox: {}, nextSeq: 1 }]);
    }
  });
const parkedIn = (folder: string, key: string) =>
  opened(folder, async ({ store }) => {
    const id = `default/payments/${key}`;
    return (await store.documents("payments").load([id])).get(id);
  });

test("parked keys are listed and shown with what waits under them", async () => {
  const folder = await withParked();
  const { stdout, lines } = troupe("parked", "list", "--data", folder);
  assert.match(stdout, /^default\/payments\/b {2}payments {2}2 records {2}since .* retried 3 times in vain$/m);
  assert.equal(lines.at(-1), "2 parked keys");
  assert.equal(troupe("parked", "list", "--owner", "shipping", "--data", folder).stdout, "0 parked keys\n");
  assert.match(
    troupe("parked", "show", "default/payments/a", "--data", folder).stdout,
    /orders\/0\/1 {2}Event1\n {2}orders\/0\/2 {2}Event2\n/,
  );
});

test("a retry is said in the document, which its owner reads; a key that failed too often needs --force", async () => {
  const folder = await withParked();
  const dry = troupe("parked", "retry", "--all", "--data", folder);
  assert.match(dry.stdout, /^would retry default\/payments\/a\nskip default\/payments\/b: it was retried 3 times in vain/);
  assert.equal((await parkedIn(folder, "a"))?.parked?.asked, null);
  const done = troupe("parked", "retry", "--all", "--yes", "--wait", "0", "--data", folder);
  assert.equal(done.status, 1, "nobody runs who would do it");
  assert.match(done.stdout, /default\/payments\/a waits: payments does it when it runs/);
  const [a, b] = [await parkedIn(folder, "a"), await parkedIn(folder, "b")];
  assert.deepEqual([a?.parked?.asked, a?.dueAt, a?.version, a?.state], [{ kind: "retry" }, 1, 2, { n: 1 }]);
  assert.equal(b?.version, 1);
});

test("a drop gives up the first record of a key, or the whole of it", async () => {
  const folder = await withParked();
  troupe("parked", "drop", "default/payments/a", "--yes", "--wait", "0", "--data", folder);
  troupe("parked", "drop", "default/payments/b", "--whole", "--yes", "--wait", "0", "--data", folder);
  assert.deepEqual((await parkedIn(folder, "a"))?.parked?.asked, { kind: "drop", places: ["orders/0/1"] });
  assert.deepEqual((await parkedIn(folder, "b"))?.parked?.asked, { kind: "drop", places: ["orders/0/1", "orders/0/2"] });
});
