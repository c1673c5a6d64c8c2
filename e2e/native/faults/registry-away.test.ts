import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { restoreAfter, servers } from "../../support/faults/server-control.ts";
import { encodedByNewcomer, write } from "../../support/foreign-client.ts";
import { foreignOrder } from "../../support/foreign-order.ts";
import { ask } from "../../support/http.ts";
import { ALL_ROLES, roleProcess } from "../../support/roles.ts";
import { endedSaga, placeOrder } from "../../support/sagas.ts";
import { NATIVE } from "../../support/servers.ts";
import { until } from "../../support/until.ts";

test("a registry that is away holds back the partition with a schema nobody has met, says so, and goes on when it is back", async (t) => {
  restoreAfter(t, "registry");
  const { at } = await roleProcess(t, ALL_ROLES, { place: NATIVE });
  await endedSaga(at, await placeOrder(at), { withinMs: 60_000 });
  const newcomer = randomUUID();
  const value = await encodedByNewcomer("shop.orders.OrderPlaced", foreignOrder(newcomer));
  await servers(t, "kill", "registry");
  assert.equal((await ask(`${at}/readyz`)).status, 200, "known schemas need no registry");
  await endedSaga(at, await placeOrder(at), { withinMs: 60_000 });
  const { partition } = await write(t, "orders", { key: newcomer, value });
  await until("the partition that waits is named", async () => {
    const { status, text } = await ask(`${at}/readyz`);
    return status === 503 && text.includes("REGISTRY_UNREACHABLE");
  });
  await servers(t, "up", "registry");
  const saga = await endedSaga(at, newcomer, { withinMs: 60_000 });
  assert.equal(saga.status, "completed", `the order of partition ${partition} was read once the registry was back`);
  await until("readiness", async () => (await ask(`${at}/readyz`)).status === 200);
  const { deadLetters } = (await ask(`${at}/v1/dead-letters?limit=200`)).json as { readonly deadLetters: ReadonlyArray<{ key: string }> };
  assert.deepEqual(
    deadLetters.filter(({ key }) => key === newcomer),
    [],
    "away is not unknown",
  );
});
