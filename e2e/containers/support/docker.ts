import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { cleanUp, ROOT, type Scope } from "../../support/troupe.ts";

/** Carried by everything that these tests make, so that a run that was broken off is found and removed by the next one. */
export const LABEL = { name: "troupe.e2e", value: ROOT };
const MINUTES_10 = 600_000;

/** One `docker` command; its output without the last line break. Rejects with what it said. */
export async function docker(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("docker", args, { cwd: ROOT, timeout: MINUTES_10, maxBuffer: 64_000_000 });
    return stdout.trimEnd();
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error) as { readonly stdout?: string; readonly stderr?: string }; // of execFile
    throw new Error(`docker ${args.join(" ")} failed:\n${`${stdout}\n${stderr}`.trim().split("\n").slice(-25).join("\n")}`);
  }
}

/** A network of its own, gone with the scope. Its containers reach each other by the names of docker-compose.yml. */
export async function dockerNetwork(scope: Scope): Promise<string> {
  await removeLeftovers();
  const name = `troupe-e2e-${randomUUID()}`;
  await docker("network", "create", "--label", `${LABEL.name}=${LABEL.value}`, name);
  cleanUp(scope, async () => void (await docker("network", "rm", name)));
  return name;
}

async function removeLeftovers(): Promise<void> {
  const filter = ["--quiet", "--filter", `label=${LABEL.name}=${LABEL.value}`];
  const containers = await docker("ps", "--all", ...filter);
  if (containers !== "") await docker("rm", "--force", "--volumes", ...containers.split("\n"));
  const networks = await docker("network", "ls", ...filter);
  if (networks !== "") await docker("network", "rm", ...networks.split("\n"));
}

/** Builds infra/images/Dockerfile as docker compose would, under a tag of its own. Returns the tag. */
export async function builtImage(): Promise<string> {
  const tag = "troupe-e2e:built";
  await docker("build", "--quiet", "--tag", tag, "--file", "infra/images/Dockerfile", ".");
  return tag;
}
