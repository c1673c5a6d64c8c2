import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertClean } from "../support/outcome.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { allSagas, endedSaga, placeOrder, sagaOf } from "../support/sagas.ts";
import { tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const start = (data: string, orders: number, ...more: readonly string[]) => [
  ...["start", "--orders", String(orders), "--seed", "3", "--data", data, "--port", "0"],
  ...more,
];

describe("a stop that is asked for", { concurrency: true }, () => {
  test("with SIGINT, as Ctrl-C sends it, ends the trickle with exit code 0", async (t) => {
    const data = tempFolder(t);
    const serving = troupe(t, start(data, 10));
    await until("the closing table", () => serving.stdout().includes("The books balance."));
    const address = await serving.address();
    await until("the first order of the trickle", async () => (await allSagas(address)).length > 10);
    serving.signal("SIGINT");
    const exit = await serving.ended(20_000);
    assert.equal(exit.code, 0, exit.stderr);
    assert.doesNotMatch(exit.stderr, / {4}at |UNEXPECTED/);
    assert.ok(assertClean(await troupe(t, start(data, 0, "--exit", "--json")).ended()).orders > 10);
  });

  test("with SIGTERM in the middle of the orders exits with 0, and the next start finishes them", async (t) => {
    const data = tempFolder(t);
    const placing = troupe(t, start(data, 400));
    const address = await placing.address();
    await until("50 sagas", async () => (await allSagas(address)).length >= 50, { everyMs: 10 });
    placing.signal("SIGTERM");
    const exit = await placing.ended(20_000);
    assert.equal(exit.code, 0, exit.stderr);
    assert.doesNotMatch(exit.stdout, /The books/, "it was stopped before the table");
    assert.ok(assertClean(await troupe(t, start(data, 0, "--exit", "--json")).ended()).orders >= 50);
  });

  test("of one role process loses no saga: the next one serves what there was and goes on with what waits", async (t) => {
    const place = ["--data", tempFolder(t)];
    const first = await roleProcess(t, ALL_ROLES, { place });
    const done = await placeOrder(first.at);
    await endedSaga(first.at, done);
    const silent = await placeOrder(first.at, { choice: { card: "4000000000000259" } });
    await until("a saga that waits for its charge", async () =>
      (await sagaOf(first.at, silent))?.remains.openSteps.includes("chargePayment"),
    );
    first.signal("SIGTERM");
    assert.equal((await first.ended(20_000)).code, 0);
    const second = await roleProcess(t, ALL_ROLES, { place });
    assert.equal((await sagaOf(second.at, done))?.status, "completed");
    const ended = await endedSaga(second.at, silent);
    assert.deepEqual([ended.status, ended.turn?.cause], ["compensated", "no answer in 10s"]);
  });
});
