import assert from "node:assert/strict";
import { test } from "node:test";
import { SEED_7 } from "../support/golden.ts";
import { assertClean, countsOf } from "../support/outcome.ts";
import { emptyServers, NATIVE } from "../support/servers.ts";
import { troupe } from "../support/troupe.ts";

test("300 orders of one seed end on Kafka and MongoDB with the very counts of the embedded platform", async (t) => {
  await emptyServers(t);
  const args = ["start", ...NATIVE, "--orders", "300", "--seed", "7", "--exit", "--json", "--port", "0"];
  const outcome = assertClean(await troupe(t, args).ended(180_000));
  assert.equal(outcome.target, "native");
  assert.deepEqual(countsOf(outcome), SEED_7);
});
