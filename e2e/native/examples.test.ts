import { test } from "node:test";
import { assertBalances, EXAMPLES } from "../support/examples.ts";
import { emptyServers } from "../support/servers.ts";

for (const name of EXAMPLES) {
  test(`${name} runs end to end on Kafka and MongoDB, and its books balance`, { timeout: 180_000 }, async (t) => {
    await emptyServers(t); // definitions and sagas of another run are no business of this one
    await assertBalances(name, { count: 10, on: "native" });
  });
}
