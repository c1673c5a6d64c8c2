import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crowd } from "../support/crowd.ts";
import { folded } from "../support/metrics.ts";
import { roleProcess } from "../support/roles.ts";
import { endedSaga, placeOrder } from "../support/sagas.ts";
import { NATIVE } from "../support/servers.ts";
import { until } from "../support/until.ts";

/** After a kill the broker gives a dead member's partitions away when its session is over: ten seconds. */
const PATIENCE = { withinMs: 60_000 };

describe("several processes on Kafka and MongoDB", () => {
  test("each service as its own process, one coordinator of two killed: orders go on and every one ends", async (t) => {
    const place = NATIVE;
    const face = await roleProcess(t, ["orders", "api"], { place });
    const [pair] = await Promise.all([
      Promise.all([roleProcess(t, ["coordinator"], { place }), roleProcess(t, ["coordinator"], { place })]),
      ...["inventory", "payments", "shipping"].map((role) => roleProcess(t, [role], { place })),
    ]);
    const customers = crowd(t, face.at);
    await until("both coordinators share the work", async () => {
      const work = await Promise.all(pair.map(({ at }) => folded(at, "saga-coordinator")));
      return Math.min(...work) > 10;
    });
    await pair[0].kill();
    const before = customers.accepted.length;
    await until("20 more orders after the kill", () => customers.accepted.length >= before + 20);
    const accepted = await customers.stop();
    for (const id of accepted) await endedSaga(face.at, id, PATIENCE);
    const refused = await placeOrder(face.at, { choice: { postalCode: "00000" } });
    assert.equal((await endedSaga(face.at, refused, PATIENCE)).status, "compensated");
  });

  test("payments, killed and started again, charges what waited", async (t) => {
    const place = NATIVE;
    const face = await roleProcess(t, ["orders", "api", "coordinator", "inventory", "shipping"], { place });
    const payments = await roleProcess(t, ["payments"], { place });
    await endedSaga(face.at, await placeOrder(face.at), PATIENCE);
    await payments.kill();
    const waiting = await Promise.all(Array.from({ length: 10 }, () => placeOrder(face.at)));
    await roleProcess(t, ["payments"], { place });
    for (const id of waiting) await endedSaga(face.at, id, PATIENCE);
  });
});
