import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import { type ServiceDefinition, serviceRole } from "@troupe/service-kit";
import { until } from "@troupe/testing";
import { openPlatform } from "../src/compose/open-platform.ts";
import { readConfig } from "../src/config.ts";
import { silent } from "./support/silent.ts";

/*
 * What poison costs: node packages/cli/test/measure-poison.ts [records] [rounds]
 * One record in 1,000 can't be folded and parks its key. A service reads a full log of a real embedded file, with and
 * without poison by turns; said are the medians. No test: the figure depends on the machine.
 */
const [records = 20_000, rounds = 5] = process.argv.slice(2).map(Number);
const PER_KEY = 10;
const POISON_EVERY = 1_000;

const clerk = (isPoison: (orderId: string) => boolean): ServiceDefinition<EventPayloads, { readonly asked: number }> => ({
  name: "clerk",
  publishes: ["OrderConfirmed"],
  entity: {
    initial: { asked: 0 },
    decide: {
      OrderConfirmationRequested: ({ asked }, { payload: { orderId } }, { now }) => {
        if (asked === 4 && isPoison(orderId)) throw new RangeError("poison");
        return [{ name: "OrderConfirmed", payload: { orderId, confirmedAt: now } }];
      },
    },
    evolve: { OrderConfirmationRequested: ({ asked }) => ({ asked: asked + 1 }) },
  },
});

type Run = { readonly perSecond: number; readonly parked: number; readonly waiting: number };

async function run(poisoned: boolean): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-poison-"));
  const platform = await openPlatform(readConfig({ TROUPE_DATA: folder }), () => silent);
  const { bus, codec, clock, store } = platform;
  const orders = Array.from({ length: records / PER_KEY }, () => randomUUID());
  const poison = new Set<string>(orders.filter((_, at) => at % (POISON_EVERY / PER_KEY) === 0));
  for (let at = 0; at < records; at += 500) {
    const batch = Array.from({ length: 500 }, (_, more) => {
      const correlationId = orders[(at + more) % orders.length] ?? "";
      const about = { type: "OrderConfirmationRequested", source: "/measure", time: clock.now(), tenant: "default" };
      return codec.encode({ envelope: { id: randomUUID(), ...about, correlationId }, payload: { orderId: correlationId as Uuid } }); // made above
    });
    await bus.publish(batch);
  }
  const role = serviceRole(
    clerk((orderId) => poisoned && poison.has(orderId)),
    platform.ports("clerk"),
  );
  const began = performance.now();
  await role.start();
  const lag = async (): Promise<number> =>
    (await bus.admin.groupLag("clerk", ["orders"])).reduce((sum, { committed, end }) => sum + end - committed, 0);
  await until(async () => (await lag()) === 0, { what: "everything is read", timeoutMs: 300_000 });
  const seconds = (performance.now() - began) / 1000;
  const { keys, rows } = await store.parked.totals("clerk");
  await role.stop();
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
  return { perSecond: records / seconds, parked: keys, waiting: rows };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

await run(false); // warms up
const [clean, poisoned]: [Run[], Run[]] = [[], []];
for (let round = 0; round < rounds; round++) {
  clean.push(await run(false));
  poisoned.push(await run(true));
}
const [without, with_] = [median(clean.map(({ perSecond }) => perSecond)), median(poisoned.map(({ perSecond }) => perSecond))];
const { parked = 0, waiting = 0 } = poisoned[0] ?? {};
process.stdout.write(
  `${records} records, ${rounds} rounds: ${without.toFixed(0)} a second without poison, ${with_.toFixed(0)} with ${parked} poisoned keys (${waiting} records wait): ${((1 - with_ / without) * 100).toFixed(1)} % less\n`,
);
