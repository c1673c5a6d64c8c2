import { after, test } from "node:test";
import { assertBalances, EXAMPLES } from "../support/examples.ts";
import { emptyServers } from "../support/servers.ts";
import { fileScope } from "../support/troupe.ts";

// What the examples leave is no business of the tests that come next: their definitions follow the same events.
after(() => emptyServers(scope));
const scope = fileScope();

for (const name of EXAMPLES) {
  test(`${name} runs end to end on Kafka and MongoDB, and its books balance`, { timeout: 180_000 }, async (t) => {
    await emptyServers(t); // definitions and sagas of another run are no business of this one
    await assertBalances(name, { count: 10, on: "native" });
  });
}
