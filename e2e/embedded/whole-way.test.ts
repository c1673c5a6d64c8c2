import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEED_7 } from "../support/golden.ts";
import { assertClean, countsOf } from "../support/outcome.ts";
import { tempFolder, troupe } from "../support/troupe.ts";

describe("300 orders of one seed on the embedded platform", { concurrency: true }, () => {
  for (const run of ["a first time", "a second time"]) {
    test(`all end, nothing is lost or doubled, the books balance, and the counts are the golden ones, ${run}`, async (t) => {
      const data = tempFolder(t);
      const args = ["start", "--orders", "300", "--seed", "7", "--exit", "--json", "--data", data, "--port", "0"];
      const outcome = assertClean(await troupe(t, args).ended());
      assert.equal(outcome.target, "embedded");
      assert.deepEqual(countsOf(outcome), SEED_7);
    });
  }
});
