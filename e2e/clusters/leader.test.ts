import { test } from "node:test";
import { survive } from "../support/faults/outage.ts";
import { restoreAfter, servers } from "../support/faults/server-control.ts";
import { CLUSTERS, leaderOf, primary } from "./support.ts";

test("the broker that leads the orders is killed: another one leads, and nothing is lost or doubled", async (t) => {
  restoreAfter(t, "kafka-1", "kafka-2", "kafka-3");
  let leader = "";
  await survive(t, {
    env: CLUSTERS,
    async begin() {
      leader = await leaderOf("orders", 0);
      await servers(t, "kill", leader);
    },
    end: () => servers(t, "up", leader),
    seconds: 10,
  });
});

test("the broker that leads the orders hangs and comes back: nothing is lost or doubled", async (t) => {
  restoreAfter(t, "kafka-1", "kafka-2", "kafka-3");
  let leader = "";
  await survive(t, {
    env: CLUSTERS,
    async begin() {
      leader = await leaderOf("orders", 0);
      await servers(t, "freeze", leader);
    },
    end: () => servers(t, "thaw", leader),
    seconds: 20,
  });
});

test("the primary of the replica set is killed: another one is elected, and nothing is lost or doubled", async (t) => {
  restoreAfter(t, "mongodb-1", "mongodb-2", "mongodb-3");
  let killed = "";
  await survive(t, {
    env: CLUSTERS,
    async begin() {
      killed = await primary();
      await servers(t, "kill", killed);
    },
    end: () => servers(t, "up", killed),
    seconds: 10,
  });
});
