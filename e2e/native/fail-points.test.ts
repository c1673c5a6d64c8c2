import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dieAt } from "../support/fail-point.ts";
import { counter } from "../support/metrics.ts";
import { assertClean } from "../support/outcome.ts";
import { NATIVE } from "../support/servers.ts";
import { troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const POINTS = [
  { failAt: "fp1:60", fear: "after consume: what was read and not folded is read again" },
  { failAt: "fp2:60", fear: "after fold: what was decided and not written is decided again" },
  { failAt: "fp3:20", fear: "within the bulk write: written documents know their facts, the others apply them" },
  { failAt: "fp4:20", fear: "after commit, before publish: the sweep of the next owner publishes" },
  { failAt: "fp5:20", fear: "after publish, before trim: published again under the same ids, and dropped" },
  { failAt: "fp6:60", fear: "before the offset: read again, and dropped" },
];

describe("kill -9 at a fail point of the one process on Kafka and MongoDB", () => {
  for (const { failAt, fear } of POINTS) {
    test(`${failAt}, ${fear}`, async (t) => {
      const { next, accepted } = await dieAt(t, { failAt, place: NATIVE });
      if (failAt.startsWith("fp4")) assert.match(next.stderr(), /documents had unpublished records; they are published now/);
      if (failAt.startsWith("fp5")) await until("a dropped duplicate", async () => (await counter(next.at, "troupe_duplicates_total")) > 0);
      next.signal("SIGTERM");
      await next.ended(20_000);
      const audit = troupe(t, ["start", ...NATIVE, "--orders", "0", "--exit", "--json", "--port", "0"]);
      assert.ok(assertClean(await audit.ended(120_000)).orders >= accepted.length);
    });
  }
});
