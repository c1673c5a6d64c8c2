import { spawnSync } from "node:child_process";
import { TroupeError } from "@troupe/kernel";
import type { NativeServer } from "../native/native-server.ts";
import { CLUSTERS, chosen, SERVERS } from "../native/servers.ts";
import type { Target } from "./test-plan.ts";

/** Refuses a target that is not there: a run that did not happen must not look like one that passed. Throws NOT_READY. */
export async function requireTarget(target: Target): Promise<void> {
  if (target === "native") await requireServers(SERVERS, "up");
  if (target === "clusters") await requireServers([...chosen(["registry"]), ...CLUSTERS], "up registry clusters");
  if (target === "containers") requireEngine();
}

async function requireServers(servers: readonly NativeServer[], command: string): Promise<void> {
  const asked = await Promise.all(servers.map(async (server) => ({ name: server.name, ...(await server.ready()) })));
  const missing = asked.filter((server) => !server.ready).map((server) => server.name);
  if (missing.length === 0) return;
  throw new TroupeError("NOT_READY", {
    reason: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} down; run \`npm run servers -- ${command}\` first`,
  });
}

function requireEngine(): void {
  const asked = spawnSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 });
  if (asked.status === 0) return;
  throw new TroupeError("NOT_READY", { reason: "no container engine answers to `docker info`, so the target containers can't run here" });
}
