import { test } from "node:test";
import { survive } from "../../support/faults/outage.ts";
import { restoreAfter, servers } from "../../support/faults/server-control.ts";

test("a broker that hangs for a minute and comes back costs time, nothing else", async (t) => {
  restoreAfter(t, "kafka");
  await survive(t, {
    begin: () => servers(t, "freeze", "kafka"),
    end: () => servers(t, "thaw", "kafka"),
    seconds: 60, // longer than a session, and than it takes until a consumer without an answer is replaced
    reason: /broker/,
  });
});

test("a broker that is killed and started again costs time, nothing else, and no more records wait for it than may", async (t) => {
  restoreAfter(t, "kafka");
  await survive(t, {
    env: { TROUPE_MAX_UNPUBLISHED: "60" },
    overflows: true,
    begin: () => servers(t, "kill", "kafka"),
    end: () => servers(t, "up", "kafka"),
    seconds: 5,
    reason: /broker|ECONNREFUSED/,
  });
});
