import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertClean, countsOf } from "../support/outcome.ts";
import { SEED_7 } from "../support/golden.ts";
import { allSagas, endedSaga, placeOrder } from "../support/sagas.ts";
import { tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

/** Moments of the run, by what the API shows: sagas there, and how many of them have ended. */
const MOMENTS = [
  { name: "while the first orders come in", sagas: 40, ended: 0 },
  { name: "in the middle of the orders", sagas: 150, ended: 0 },
  { name: "when only the silent cards are waited for", sagas: 300, ended: 275 },
];

describe("kill -9 of the one process", { concurrency: true }, () => {
  for (const { name, sagas, ended } of MOMENTS) {
    test(`${name} loses no accepted order`, async (t) => {
      const data = tempFolder(t);
      const common = ["--seed", "7", "--data", data, "--port", "0", "--exit", "--json"];
      const first = troupe(t, ["start", "--orders", "300", ...common]);
      const address = await first.address();
      const seen = await until(`${sagas} sagas, ${ended} of them ended`, async () => {
        const found = await allSagas(address);
        const over = found.filter(({ status }) => status === "completed" || status === "compensated");
        return found.length >= sagas && over.length >= ended && found;
      });
      await first.kill();
      assert.ok(!first.stdout().includes("The books"), "the process had ended before it was killed");
      const outcome = assertClean(await troupe(t, ["start", "--orders", "0", ...common]).ended());
      assert.ok(outcome.orders >= seen.length, `${outcome.orders} orders are left of at least ${seen.length}`);
      if (sagas === 300) assert.deepEqual(countsOf(outcome), SEED_7);
    });
  }

  test("what was answered with 202 is there afterwards and ends, whenever the kill comes", async (t) => {
    const data = tempFolder(t);
    const roles = ["orders", "inventory", "payments", "shipping", "coordinator", "api"];
    const accepted: string[] = [];
    for (let round = 0; round < 3; round++) {
      const running = troupe(t, ["role", ...roles, "--data", data]);
      const address = await running.address();
      const placing = Array.from({ length: 200 }, () => placeOrder(address).then((id) => accepted.push(id)));
      await until(`${(round + 1) * 30} accepted orders`, () => accepted.length >= (round + 1) * 30, { everyMs: 1 });
      await running.kill();
      await Promise.allSettled(placing); // those without an answer are nobody's promise
    }
    const address = await troupe(t, ["role", ...roles, "--data", data]).address();
    for (const id of accepted) assert.equal((await endedSaga(address, id)).status, "completed");
  });
});
