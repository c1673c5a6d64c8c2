import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch, BusRecord } from "@troupe/kernel";
import fc from "fast-check";
import { createProgress, type Fetched } from "../src/progress.ts";

const PLACE = { topic: "t", partition: 0 };
const record = (offset: number): BusRecord => ({ ...PLACE, offset, timestamp: 0, key: null, value: null, headers: {} });
const fetched = (first: number, next: number, end = 100): Fetched => ({
  ...PLACE,
  first,
  next,
  end,
  records: Array.from({ length: next - first }, (_, at) => record(first + at)),
});
const at = (position: number) => createProgress([{ ...PLACE, position }], { epoch: 7, now: 0 });
const settled = { at: 1, stored: false };

test("a fetch is delivered from the position on; what was read before is cut off", () => {
  const offer = at(5).offer(fetched(3, 8));
  assert.ok(offer.kind === "deliver");
  assert.deepEqual(
    offer.batch.records.map(({ offset }) => offset),
    [5, 6, 7],
  );
  assert.deepEqual([offer.batch.epoch, offer.batch.nextOffset, offer.batch.endOffset, offer.missing], [7, 8, 100, null]);
});

test("the next batch waits for settle, and begins where the settled one ended", () => {
  const progress = at(0);
  const offer = progress.offer(fetched(0, 3));
  assert.ok(offer.kind === "deliver");
  assert.deepEqual(progress.offer(fetched(3, 6)), { kind: "ignore" });
  assert.deepEqual(progress.uncommitted(), []);
  assert.ok(progress.settle(offer.batch, settled));
  assert.deepEqual(progress.uncommitted(), [{ ...PLACE, position: 3 }]);
  assert.deepEqual(progress.offer(fetched(0, 3)), { kind: "reread", from: 3 });
});

test("a batch of another epoch, or one settled before, settles nothing", () => {
  const progress = at(0);
  const offer = progress.offer(fetched(0, 3));
  assert.ok(offer.kind === "deliver");
  const stale: Batch = { ...offer.batch, epoch: 6 };
  assert.equal(progress.settle(stale, settled), false);
  assert.equal(progress.settle(offer.batch, settled), true);
  assert.equal(progress.settle(offer.batch, settled), false);
});

test("a fetch that begins behind the position is read again first, and only then told as a gap", () => {
  const progress = at(2);
  assert.deepEqual(progress.offer(fetched(5, 8)), { kind: "reread", from: 2 });
  const offer = progress.offer(fetched(5, 8));
  assert.ok(offer.kind === "deliver");
  assert.deepEqual(offer.missing, { from: 2, to: 4, cause: "removed" });
});

test("a topic that was made anew is read from its beginning instead of being skipped up to the old position", () => {
  const progress = at(50);
  const offer = progress.offer(fetched(0, 3, 3));
  assert.ok(offer.kind === "deliver");
  assert.equal(offer.batch.records.length, 3);
  assert.deepEqual(offer.missing, { from: 3, to: 49, cause: "truncated" });
});

test("control records move the position, and the committed offset with it", () => {
  const progress = at(4);
  progress.skipped(PLACE, { first: 4, next: 6, at: 1 });
  assert.deepEqual(progress.uncommitted(), [{ ...PLACE, position: 6 }]);
  const offer = progress.offer(fetched(6, 7));
  assert.ok(offer.kind === "deliver" && offer.missing === null);
});

test("a partition of another member is ignored", () => {
  assert.deepEqual(at(0).offer({ ...fetched(0, 3), partition: 1 }), { kind: "ignore" });
});

test("whatever is fetched in whatever order, each offset is delivered once, in order, and never committed before it was settled", () => {
  const moves = fc.array(fc.tuple(fc.nat(12), fc.nat(6), fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(moves, (steps) => {
      const progress = at(0);
      let next = 0;
      let inFlight: Batch | undefined;
      for (const [back, length, settle] of steps) {
        const first = Math.max(0, next - back);
        const offer = progress.offer(fetched(first, Math.min(100, first + length + 1)));
        if (offer.kind === "deliver") {
          assert.equal(inFlight, undefined);
          assert.equal(offer.batch.records[0]?.offset, next);
          inFlight = offer.batch;
        }
        if (settle && inFlight !== undefined) {
          assert.ok(progress.settle(inFlight, settled));
          next = inFlight.nextOffset;
          inFlight = undefined;
        }
        for (const { position } of progress.uncommitted()) assert.equal(position, next);
      }
    }),
  );
});
