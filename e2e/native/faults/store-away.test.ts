import { test } from "node:test";
import { survive } from "../../support/faults/outage.ts";
import { restoreAfter, servers } from "../../support/faults/server-control.ts";

test("a MongoDB that hangs and comes back costs time, nothing else", async (t) => {
  restoreAfter(t, "mongodb");
  await survive(t, {
    begin: () => servers(t, "freeze", "mongodb"),
    end: () => servers(t, "thaw", "mongodb"),
    seconds: 15,
    reason: /STORE_UNREACHABLE/,
  });
});

test("a MongoDB that is killed and started again costs time, nothing else", async (t) => {
  restoreAfter(t, "mongodb");
  await survive(t, {
    begin: () => servers(t, "kill", "mongodb"),
    end: () => servers(t, "up", "mongodb"),
    seconds: 8,
    reason: /STORE_UNREACHABLE/,
  });
});
