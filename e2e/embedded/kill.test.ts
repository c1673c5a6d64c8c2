import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { SEED_7 } from "../support/golden.ts";
import { assertClean, countsOf } from "../support/outcome.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
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
      // More orders of the same seed: some of their numbers were taken before the kill, and must keep nobody waiting for ever.
      const more = sagas === 300 ? "0" : "20";
      const outcome = assertClean(await troupe(t, ["start", "--orders", more, ...common]).ended());
      assert.ok(outcome.orders >= seen.length, `${outcome.orders} orders are left of at least ${seen.length}`);
      if (sagas === 300) assert.deepEqual(countsOf(outcome), SEED_7);
    });
  }

  test("three times over: what was answered with 202 is there afterwards and ends", async (t) => {
    const { at, accepted } = await killed(t, 3);
    for (const id of accepted) await endedSaga(at, id);
  });

  test("costs no order its sale when the next process is there in time: a charge that was under way is made up for", async (t) => {
    const { at, accepted } = await killed(t, 1);
    for (const id of accepted) assert.equal((await endedSaga(at, id)).status, "completed");
  });
});

/** Good orders, with a kill -9 in every round; `accepted` are those that were answered before. */
async function killed(t: TestContext, rounds: number): Promise<{ readonly at: string; readonly accepted: readonly string[] }> {
  const place = ["--data", tempFolder(t)];
  const accepted: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const running = await roleProcess(t, ALL_ROLES, { place });
    const remember = (id: string) => accepted.push(id);
    const nobodysPromise = () => 0; // no answer came before the kill
    const placing = Array.from({ length: 200 }, () => placeOrder(running.at).then(remember, nobodysPromise));
    await until(`${round * 30} accepted orders`, () => accepted.length >= round * 30, { everyMs: 1 });
    await running.kill();
    await Promise.all(placing);
  }
  return { at: (await roleProcess(t, ALL_ROLES, { place })).at, accepted };
}
