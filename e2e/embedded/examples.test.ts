import { test } from "node:test";
import { assertBalances, EXAMPLES } from "../support/examples.ts";

for (const name of EXAMPLES) {
  test(`${name} runs end to end on a real bus and store, and its books balance`, { timeout: 120_000 }, () =>
    assertBalances(name, { count: 20, on: "embedded" }),
  );
}
