import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { tokensOf } from "./tokens.ts";
import { read } from "./tree.ts";

type Dependency = { readonly condition: string };
type Service = {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly environment?: { readonly [name: string]: unknown };
  readonly depends_on?: { readonly [service: string]: Dependency };
};

const file = parse(read("docker-compose.yml"), { merge: true }) as { readonly services: { readonly [name: string]: Service } }; // our own file; the tests below check its parts
const services = Object.entries(file.services);

test("every image of docker-compose.yml has an exact tag, so that tomorrow's run is today's", () => {
  assert.deepEqual(
    services.filter(([, { image }]) => !/:\d+\.\d+\.\d+$/.test(image)).map(([name]) => name),
    [],
  );
});

test("every port of docker-compose.yml is bound to loopback, since nothing here asks for a password", () => {
  const ports = services.flatMap(([, { ports = [] }]) => ports);
  assert.ok(ports.length > 0);
  assert.deepEqual(
    ports.filter((port) => !port.startsWith("127.0.0.1:")),
    [],
  );
});

test("who waits for a healthy service waits for one that has a health check", () => {
  const awaited = services.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on));
  assert.ok(awaited.length > 0);
  for (const [name, { condition }] of awaited) {
    assert.equal(condition, "service_healthy");
    assert.ok(file.services[name]?.healthcheck, `${name} has no health check`);
  }
});

test("every setting of docker-compose.yml is one that the configuration knows", () => {
  const known = new Set(
    tokensOf(read("packages/cli/src/config.ts"))
      .filter(({ kind }) => kind === "string")
      .map(({ text }) => text),
  );
  const used = services.flatMap(([, { environment = {} }]) => Object.keys(environment)).filter((name) => name.startsWith("TROUPE_"));
  assert.ok(used.length > 0);
  assert.deepEqual(
    used.filter((name) => !known.has(name)),
    [],
  );
});
