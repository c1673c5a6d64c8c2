import assert from "node:assert/strict";
import { test } from "node:test";
import { SEED_7 } from "../support/golden.ts";
import { assertClean, countsOf } from "../support/outcome.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { troupe } from "../support/troupe.ts";
import { startServers } from "./support/servers.ts";
import { assertCompensatedTrace } from "./support/traces.ts";

test("a process on this machine works on servers in containers", async (t) => {
  const { settings, jaeger } = await startServers(t);

  await t.test("300 orders of one seed all end with the counts of the embedded platform", async (t) => {
    const run = troupe(t, ["start", "--orders", "300", "--seed", "7", "--exit", "--json", "--port", "0"], { env: settings });
    const outcome = assertClean(await run.ended(240_000));
    assert.equal(outcome.target, "native");
    assert.deepEqual(countsOf(outcome), SEED_7);
  });

  await t.test("a compensated order is one trace in Jaeger, from the request to the last undo", async (t) => {
    const { at } = await roleProcess(t, ALL_ROLES, { place: [], env: settings });
    await assertCompensatedTrace({ orders: at, api: at, jaeger });
  });
});
