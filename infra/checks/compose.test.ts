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
  readonly command?: readonly string[];
  readonly build?: object;
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

test("every role of the program is run by exactly one service of docker-compose.yml", () => {
  const roles = [...read("packages/cli/src/compose/start-process.ts").matchAll(/^ {2}(\w+): \(platform\) =>/gm)].map(([, role]) => role);
  assert.ok(roles.length > 0);
  const run = services.filter(([, { build }]) => build !== undefined).flatMap(([, { command = [] }]) => command);
  assert.deepEqual(run.toSorted(), roles.toSorted());
});

test("every setting of docker-compose.yml is one that the configuration knows", () => {
  const known = new Set(
    tokensOf(read("packages/cli/src/settings.ts"))
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

const dockerfile = read("infra/images/Dockerfile");

test("the image is made from an exact tag, so that tomorrow's build is today's", () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? "");
  assert.ok(bases.length > 0);
  assert.deepEqual(
    bases.filter((image) => !/:\d+\.\d+\.\d+-/.test(image)),
    [],
  );
});

test("a build is sent exactly what the Dockerfile copies, so that no data, secret or history gets into an image", () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = ""]) => sources.split(" "));
  const [everything, ...lines] = read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.equal(everything, "*");
  const sent = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  assert.deepEqual(sent.toSorted(), copied.toSorted());
});
