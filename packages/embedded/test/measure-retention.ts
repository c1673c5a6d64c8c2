import { rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ARCHIVED, type DocumentWrite } from "@troupe/kernel";
import { manualClock } from "@troupe/testing";
import { openEmbedded } from "../src/index.ts";
import { scratch, silent } from "./open.ts";

/*
 * What finished sagas leave on the disk: node packages/embedded/test/measure-retention.ts [sagas]
 * An hour of sagas after the other, each saga with its history and its records; ended sagas become markers after an hour and go a
 * few hours later, the log is trimmed after an hour. Said is the size of the file against what a copy without any free space
 * takes (VACUUM INTO): the live set. No test: a million takes a while.
 */
const [sagas = 100_000] = process.argv.slice(2).map(Number);
const HOUR = 3_600_000;
const PER_HOUR = 5_000;
const MARKER_HOURS = 4;
const { file, dispose } = scratch();
const clock = manualClock();
const open = openEmbedded({ file, clock, random: { next: Math.random }, log: silent, logRetentionMillis: HOUR });
const aging = open.store.aging?.("sagas");
if (aging === undefined) throw new Error("documents age here");
await open.bus.admin.ensureTopics([{ topic: "orders", partitions: 4 }]);

const state = { saga: "x".repeat(900) };
const entry = { kind: "event", name: "OrderPlaced", fields: "x".repeat(80) };
function sagaOf(number: number): DocumentWrite {
  const history = Array.from({ length: 6 }, (_, at) => ({ order: at + 1, at: clock.now(), entry }));
  const body = { definition: "order@1#a", status: "completed", state, inbox: {}, dueAt: null, historyLength: 6, updatedAt: clock.now() };
  return { id: `default/order/${number}`, expected: 0, w: "w", shard: number % 1024, body, history, outbox: {}, nextSeq: 1 };
}

let most = 0;
const began = performance.now();
for (let from = 0; from < sagas; from += PER_HOUR) {
  for (let at = from; at < from + PER_HOUR; at += 500) {
    const numbers = Array.from({ length: 500 }, (_, more) => at + more);
    const writes = numbers.map((number) => ({
      write: sagaOf(number),
      records: Array.from({ length: 6 }, () => ({
        topic: "orders",
        key: `${number}`,
        value: new Uint8Array(250),
        headers: { ce_id: "x".repeat(36) },
      })),
    }));
    await open.work.commitWork({ owner: "sagas", membership: null, writes, deadLetters: [], offsets: [] });
  }
  await clock.advance(HOUR);
  for (;;) {
    const ended = await aging.aged({ statuses: ["completed"], before: clock.now() - HOUR, limit: 500 });
    if (ended.length === 0) break;
    await aging.archive(ended.map(({ id, version }) => ({ id, expected: version, w: "m", at: clock.now() })));
  }
  for (;;) {
    const markers = await aging.aged({ statuses: [ARCHIVED], before: clock.now() - MARKER_HOURS * HOUR, limit: 500 });
    if (markers.length === 0) break;
    await aging.remove(markers.map(({ id, version }) => ({ id, expected: version })));
  }
  await open.trimLog();
  most = Math.max(most, statSync(file).size);
}
await open.close();
const copy = `${file}-copy`;
const database = new DatabaseSync(file);
database.exec(`vacuum into '${copy}'`);
const { n } = database.prepare("select count(*) n from doc").get() as { n: number };
database.close();
const [size, live] = [statSync(file).size, statSync(copy).size];
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
process.stdout.write(
  `${sagas} sagas in ${((performance.now() - began) / 1000).toFixed(0)} s, ${n} documents are left: file ${mega(size)}, ${mega(most)} at most; live set ${mega(live)}; ${(size / live).toFixed(2)} times\n`,
);
rmSync(dirname(copy), { recursive: true, force: true });
await dispose();
