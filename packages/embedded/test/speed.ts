// Documents and records through commitWork: node packages/embedded/test/speed.ts [works in flight] [seconds]
import type { DocumentWrite, Work } from "@troupe/kernel";
import { shardOf } from "@troupe/kernel";
import { openAt, scratch } from "./open.ts";

const [inFlight = 4, seconds = 5] = process.argv.slice(2).map(Number);
const WRITES = 100;
const value = new Uint8Array(240).fill(65);
const headers = {
  ce_specversion: "1.0",
  ce_id: "6ba7b810-9dad-8000-8000-00c04fd430c8",
  ce_type: "shop.orders.OrderPlaced",
  ce_source: "/services/orders",
};

function writeOf(key: string, expected: number): DocumentWrite {
  return {
    id: `default/order/${key}`,
    expected,
    w: "0123456789abcdef",
    shard: shardOf(key),
    body: {
      definition: "order@1#abcdef",
      status: expected === 3 ? "completed" : "running",
      state: { steps: { reserve: "done", charge: "running" }, total: "12.50", lines: [{ sku: "sku-1", quantity: 2 }] },
      inbox: { AbCdEfGhIjKlMnOp: 1_800_000_000_000 },
      dueAt: 1_800_000_000_000,
      historyLength: expected + 1,
      updatedAt: Date.now(),
    },
    history: [
      {
        order: expected + 1,
        at: Date.now(),
        entry: { kind: "event", name: "StockReserved", identity: "AbCdEfGhIjKlMnOp", reservation: "r-1" },
      },
    ],
    outbox: {},
    nextSeq: 1,
  };
}

async function lane(work: (work: Work) => Promise<unknown>, name: string, until: number): Promise<number> {
  let works = 0;
  while (performance.now() < until) {
    const [round, version] = [Math.floor(works / 4), works % 4];
    const writes = Array.from({ length: WRITES }, (_, at) => {
      const key = `${name}-${round}-${at}`;
      return { write: writeOf(key, version), records: [{ topic: "orders", key, value, headers }] };
    });
    await work({ owner: "speed", membership: null, writes, deadLetters: [], offsets: [] });
    works++;
  }
  return works;
}

const { file, dispose } = scratch();
const { bus, work, close } = openAt(file);
await bus.admin.ensureTopics([{ topic: "orders", partitions: 8 }]);
const began = performance.now();
const lanes = Array.from({ length: inFlight }, (_, at) => lane(work.commitWork, `lane${at}`, began + seconds * 1000));
const works = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
const took = (performance.now() - began) / 1000;
await close();
await dispose();
const perSecond = Math.round((works * WRITES) / took);
process.stdout.write(
  `${JSON.stringify({ inFlight, writesPerWork: WRITES, documentsPerSecond: perSecond, recordsPerSecond: perSecond })}\n`,
);
