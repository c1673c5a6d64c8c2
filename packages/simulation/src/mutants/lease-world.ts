import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Embedded, openEmbedded } from "@troupe/embedded";
import type { Clock } from "@troupe/kernel";
import { logTo } from "../ports/quiet.ts";
import { Dice } from "../world/dice.ts";
import { Violation } from "../world/violation.ts";

const realClock: Clock = { now: () => Date.now(), sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis)) };

const LEASE_MILLIS = 400;
/** The lease, the poll that sees its end, and room for a busy machine. */
const PATIENCE_MILLIS = 5_000;
const PARTITIONS = 4;

/**
 * The group of the embedded adapter, on a real file and in real time: a member whose process lives but shows no life gets
 * its share, and its lease ends. Whatever it was given must come to the one that is left. Throws Violation.
 */
export async function runLeaseWorld(seed: number): Promise<void> {
  const dice = new Dice(seed, 6);
  const folder = mkdtempSync(join(tmpdir(), "troupe-lease-"));
  const file = join(folder, "troupe.db");
  const embedded = openEmbedded({ file, clock: realClock, random: dice, log: logTo(() => {}), leaseMillis: LEASE_MILLIS });
  try {
    await takeOver(embedded, { file, dice });
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeOver({ bus }: Embedded, { file, dice }: { readonly file: string; readonly dice: Dice }): Promise<void> {
  await bus.admin.ensureTopics([{ topic: "work", partitions: PARTITIONS }]);
  const heard = new Set<string>();
  const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
  const subscription = await bus.subscribe({
    group: "g",
    topics: ["work"],
    ...quiet,
    onBatch: (batch) => {
      for (const { key } of batch.records) if (key !== null) heard.add(new TextDecoder().decode(key));
      subscription.settle(batch);
    },
  });
  addSilentMember(file, dice.between(50, LEASE_MILLIS));
  const keys = Array.from({ length: 16 }, (_, at) => `key-${at}-${dice.bits()}`);
  await bus.publish(keys.map((key) => ({ topic: "work", key, value: null, headers: {} })));
  const until = performance.now() + PATIENCE_MILLIS;
  while (heard.size < keys.length && performance.now() < until) await realClock.sleep(20);
  await subscription.stop();
  if (heard.size < keys.length) {
    throw new Violation("I2", `${keys.length - heard.size} records wait for a member whose lease ended ${PATIENCE_MILLIS / 1000} s ago`);
  }
}

/** A member of a process that lives, our parent, and that will never renew. Its lease is on the clock of the machine. */
function addSilentMember(file: string, leaseMillis: number): void {
  const lease = Number(process.hrtime.bigint() / 1_000_000n) + leaseMillis;
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec(`insert into member(grp, topics, lease, boot, space, pid, started)
    select grp, topics, ${lease}, boot, space, ${process.ppid}, '' from member limit 1;
    update grp set generation=generation+1`);
  database.close();
}
