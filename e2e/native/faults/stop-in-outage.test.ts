import assert from "node:assert/strict";
import { test } from "node:test";
import { badNetwork } from "../../support/faults/bad-network.ts";
import { KAFKA_PROTOCOL, MONGO_PROTOCOL } from "../../support/faults/frames.ts";
import { ask } from "../../support/http.ts";
import { ALL_ROLES, roleProcess } from "../../support/roles.ts";
import { placeOrder } from "../../support/sagas.ts";
import { NATIVE } from "../../support/servers.ts";
import { until } from "../../support/until.ts";

test("a process whose broker and store are away still ends when it is asked to", async (t) => {
  const bus = await badNetwork(t, { port: 19095, target: 19094, protocol: KAFKA_PROTOCOL });
  const store = await badNetwork(t, { port: 0, target: 27117, protocol: MONGO_PROTOCOL });
  const env = {
    TROUPE_KAFKA_BROKERS: `127.0.0.1:${bus.port}`,
    TROUPE_MONGO_URL: `mongodb://127.0.0.1:${store.port}/?directConnection=true`,
  };
  const run = await roleProcess(t, ALL_ROLES, { place: NATIVE, env });
  await placeOrder(run.at);
  await Promise.all([bus.cut(), store.cut()]);
  await until("readiness is red", async () => (await ask(`${run.at}/readyz`)).status === 503);
  run.signal("SIGTERM");
  const { code, seconds } = await run.ended(30_000);
  assert.equal(code, 0);
  t.diagnostic(`ended, ${seconds.toFixed(1)} s after its start`);
});
