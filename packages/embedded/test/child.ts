// Another process on the same data file: node child.ts FILE write|read. Speaks JSON lines on stdout, stops at the end of stdin.
import { shardOf } from "@troupe/kernel";
import { openAt } from "./open.ts";

const [file = "", mode = ""] = process.argv.slice(2);
const { bus, work, close } = openAt(file);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
let ended = false;
process.stdin.on("end", () => {
  ended = true;
});
process.stdin.resume();

/** A document and a record of the same number at a time, several in flight, each told once it is acknowledged. */
async function write(lane: number): Promise<void> {
  for (let n = 0; !ended; n++) {
    const key = `${lane}-${n}`;
    const body = { definition: "order", status: "done", state: {}, inbox: {}, dueAt: null, historyLength: 0, updatedAt: n };
    const write = { id: key, expected: 0, w: "w", shard: shardOf(key), body, history: [], outbox: {}, nextSeq: 1 };
    const record = { topic: "orders", key, value: Buffer.from(key), headers: {} };
    await work.commitWork({ owner: "child", membership: null, writes: [{ write, records: [record] }], deadLetters: [], offsets: [] });
    await bus.publish([{ ...record, topic: "plain" }]);
    say({ acked: key });
  }
}

await bus.admin.ensureTopics([
  { topic: "orders", partitions: 4 },
  { topic: "plain", partitions: 4 },
]);
const subscription = await bus.subscribe({
  group: "shared",
  topics: ["orders", "plain"],
  onBatch: (batch) => {
    if (mode !== "read") return;
    for (const { topic, partition, offset } of batch.records) say({ read: `${topic}/${partition}/${offset}` });
    subscription.settle(batch);
  },
  onAssigned: (assignment) => say({ assigned: assignment.length }),
  onRevoked: () => {},
  onHealth: () => {},
});
if (mode === "write") await Promise.all([0, 1, 2, 3].map(write));
else while (!ended) await new Promise((resolve) => setTimeout(resolve, 10));
await close();
say({ closed: true });
