import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dieAt } from "../support/fail-point.ts";
import { assertClean } from "../support/outcome.ts";
import { assertRefused } from "../support/refusal.ts";
import { tempFolder, troupe } from "../support/troupe.ts";

/** Documents, records and offsets are one transaction here: between commit, publish and trim there is nothing to die at. */
const POINTS = [
  { failAt: "fp1:60", fear: "after consume: what was read and not folded is read again" },
  { failAt: "fp2:60", fear: "after fold: what was decided and not written is decided again" },
  { failAt: "fp3:60", fear: "within the transaction: nothing of it has happened" },
  { failAt: "fp6:60", fear: "after the transaction, before anybody is told: nothing of it happens twice" },
];

describe("kill -9 at a fail point of the one process", { concurrency: 2 }, () => {
  for (const { failAt, fear } of POINTS) {
    test(`${failAt}, ${fear}`, async (t) => {
      const data = tempFolder(t);
      const { next, accepted } = await dieAt(t, { failAt, place: ["--data", data] });
      next.signal("SIGTERM");
      await next.ended(20_000);
      const audit = troupe(t, ["start", "--orders", "0", "--exit", "--json", "--data", data, "--port", "0"]);
      assert.ok(assertClean(await audit.ended()).orders >= accepted.length);
    });
  }

  test("a fail point that this target does not have is refused with one sentence", async (t) => {
    const env = { TROUPE_FAIL_AT: "fp4:1" };
    const words = ["TROUPE_FAIL_AT is `fp4:1`", "fp1, fp2, fp3 or fp6 on embedded"];
    await assertRefused(t, ["role", "payments", "--data", tempFolder(t)], { env, code: "CONFIG_INVALID", words });
  });
});
