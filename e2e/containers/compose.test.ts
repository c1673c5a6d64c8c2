import { test } from "node:test";
import { docker } from "./support/docker.ts";

const plugin = await docker("compose", "version").then(
  () => true,
  () => false,
);

test("docker compose accepts docker-compose.yml", { skip: plugin ? false : "docker has no compose plugin here" }, async () => {
  await docker("compose", "config", "--quiet");
});
