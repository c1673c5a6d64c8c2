import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crowd } from "../support/crowd.ts";
import { folded } from "../support/metrics.ts";
import { assertClean } from "../support/outcome.ts";
import { roleProcess } from "../support/roles.ts";
import { endedSaga, placeOrder } from "../support/sagas.ts";
import { tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const audit = (data: string) => ["start", "--orders", "0", "--exit", "--json", "--data", data, "--port", "0"];

describe("several processes on one data folder", { concurrency: true }, () => {
  test("each service as its own process: orders travel through all four and end", async (t) => {
    const place = ["--data", tempFolder(t)];
    const face = await roleProcess(t, ["orders", "api", "coordinator"], { place });
    await Promise.all(["inventory", "payments", "shipping"].map((role) => roleProcess(t, [role], { place })));
    const good = await Promise.all(Array.from({ length: 20 }, () => placeOrder(face.at)));
    const refused = await placeOrder(face.at, { choice: { postalCode: "00000" } });
    for (const id of good) assert.equal((await endedSaga(face.at, id)).status, "completed");
    assert.equal((await endedSaga(face.at, refused)).status, "compensated");
  });

  test("payments, killed and started again while orders flow, charges each order once", async (t) => {
    const data = tempFolder(t);
    const place = ["--data", data];
    const face = await roleProcess(t, ["orders", "api", "coordinator", "inventory", "shipping"], { place });
    const payments = await roleProcess(t, ["payments"], { place });
    const customers = crowd(t, face.at);
    await until("20 accepted orders", () => customers.accepted.length >= 20);
    await payments.kill();
    const before = customers.accepted.length;
    await until("10 more orders while payments is away", () => customers.accepted.length >= before + 10);
    const again = await roleProcess(t, ["payments"], { place });
    const accepted = await customers.stop();
    for (const id of accepted) await endedSaga(face.at, id);
    face.signal("SIGTERM");
    again.signal("SIGTERM");
    await Promise.all([face.ended(20_000), again.ended(20_000)]);
    assert.equal(assertClean(await troupe(t, audit(data)).ended()).orders, accepted.length);
  });

  test("one of two coordinators, killed while orders flow, loses nothing", async (t) => {
    const data = tempFolder(t);
    const place = ["--data", data];
    const face = await roleProcess(t, ["orders", "api", "inventory", "payments", "shipping"], { place });
    const pair = await Promise.all([roleProcess(t, ["coordinator"], { place }), roleProcess(t, ["coordinator"], { place })]);
    const customers = crowd(t, face.at);
    await until("both coordinators share the work", async () => {
      const work = await Promise.all(pair.map(({ at }) => folded(at, "saga-coordinator")));
      return Math.min(...work) > 10;
    });
    await pair[0].kill();
    const before = customers.accepted.length;
    await until("20 more orders after the kill", () => customers.accepted.length >= before + 20);
    const accepted = await customers.stop();
    for (const id of accepted) assert.equal((await endedSaga(face.at, id)).status, "completed");
  });

  test("a second process may join the demo and die; the demo's orders all end", async (t) => {
    const data = tempFolder(t);
    const demo = troupe(t, ["start", "--orders", "150", "--seed", "11", "--exit", "--json", "--data", data, "--port", "0"]);
    await demo.address();
    const payments = await roleProcess(t, ["payments", "coordinator"], { place: ["--data", data] });
    await payments.kill();
    assert.equal(assertClean(await demo.ended()).orders, 150);
  });
});
