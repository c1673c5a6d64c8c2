import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import { type ServiceDefinition, serviceRole } from "@troupe/service-kit";
import { until } from "@troupe/testing";
import { openPlatform, type Platform } from "../src/compose/open-platform.ts";
import { readConfig } from "../src/config.ts";
import { folderWith, troupeBeside } from "./support/data-folder.ts";
import { silent } from "./support/silent.ts";

/** A user's service that confirms orders; `poison`: the order on which its handler throws. */
const clerk = (poison: string | undefined): ServiceDefinition<EventPayloads, { readonly asked: number }> => ({
  name: "clerk",
  publishes: ["OrderConfirmed"],
  entity: {
    initial: { asked: 0 },
    decide: {
      OrderConfirmationRequested: ({ asked }, { payload: { orderId } }, { now }) => {
        if (orderId === poison && asked === 0) throw new RangeError("an order that nobody thought of");
        return [{ name: "OrderConfirmed", payload: { orderId, confirmedAt: now } }];
      },
    },
    evolve: { OrderConfirmationRequested: ({ asked }) => ({ asked: asked + 1 }) },
  },
});

type Run = { readonly platform: Platform; readonly stop: () => Promise<void>; readonly confirmed: () => Promise<number> };

/** The service as a process would run it, on the data of a folder. */
async function running(t: TestContext, { folder, poison }: { readonly folder: string; readonly poison?: string }): Promise<Run> {
  const platform = await openPlatform(readConfig({ TROUPE_DATA: folder, TROUPE_MAX_PARKED_RECORDS: "50" }), () => silent);
  const role = serviceRole(clerk(poison), platform.ports("clerk"));
  await role.start();
  let over: Promise<void> | undefined;
  const stop = (): Promise<void> => (over ??= role.stop().then(() => platform.close()));
  t.after(stop);
  const confirmed = async (): Promise<number> => {
    const ends = await platform.bus.admin.endOffsets(["orders"]);
    const lag = await platform.bus.admin.groupLag("clerk", ["orders"]);
    if (lag.some(({ committed, end }) => committed < end)) return -1; // it reads still
    return ends.reduce((sum, { end }) => sum + end, 0);
  };
  return { platform, stop, confirmed };
}

async function ask({ bus, codec, clock }: Platform, orderId: string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    const envelope = { id: randomUUID(), type: "OrderConfirmationRequested", source: "/test", time: clock.now(), tenant: "default" };
    const payload = { orderId: orderId as Uuid }; // randomUUID gives UUIDs
    await bus.publish([codec.encode({ envelope: { ...envelope, correlationId: orderId }, payload })]);
  }
}

test("a handler that throws parks its key, other keys flow, and once it is mended an operator's retry ends what waits", async (t) => {
  const folder = await folderWith(async () => {});
  const [poison, other] = [randomUUID(), randomUUID()];
  const document = `default/clerk/${poison}`;
  const broken = await running(t, { folder, poison });
  await ask(broken.platform, poison, 3);
  await ask(broken.platform, other, 3);
  await until(async () => (await broken.confirmed()) === 9, { what: "six requests and the three answers of the other key" });

  const list = await troupeBeside("parked", "list", "--data", folder);
  assert.match(
    list.stdout,
    new RegExp(
      `^${document}  clerk  3 records  since .*\\n    HANDLER_FAILED: clerk failed on OrderConfirmationRequested: an order that nobody`,
    ),
  );
  const vain = await troupeBeside("parked", "retry", document, "--yes", "--data", folder);
  assert.equal(vain.status, 1, vain.stderr);
  assert.match(vain.stdout, new RegExp(`${document} stays parked: clerk failed on OrderConfirmationRequested`));
  await broken.stop();

  const mended = await running(t, { folder });
  assert.equal(await mended.confirmed(), 9, "a restart alone retries nothing");
  const done = await troupeBeside("parked", "retry", "--owner", "clerk", "--yes", "--data", folder);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /1 key free/);
  await until(async () => (await mended.confirmed()) === 12, { what: "the three answers that were missing" });
  const stored = (await mended.platform.store.documents("clerk").load([document])).get(document);
  assert.deepEqual([stored?.state !== null, stored?.parked], [true, undefined]);
});
