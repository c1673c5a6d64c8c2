import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClean } from "../support/outcome.ts";
import { allSagas } from "../support/sagas.ts";
import { NATIVE } from "../support/servers.ts";
import { troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const start = (orders: number) => ["start", ...NATIVE, "--orders", String(orders), "--seed", "21", "--exit", "--json", "--port", "0"];

test("kill -9 of the one process in the middle of the orders loses none that was accepted", async (t) => {
  const before = assertClean(await troupe(t, start(0)).ended(120_000));
  const first = troupe(t, start(300));
  const address = await first.address();
  const seen = await until("100 more sagas", async () => {
    const sagas = await allSagas(address);
    return sagas.length >= before.orders + 100 && sagas;
  });
  await first.kill();
  assert.ok(!first.stdout().includes("The books"), "the process had ended before it was killed");
  const after = assertClean(await troupe(t, start(0)).ended(120_000));
  assert.ok(after.orders >= seen.length, `${after.orders} orders are left of at least ${seen.length}`);
});
