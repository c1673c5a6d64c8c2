import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../support/troupe.ts";

/** What these tests use of a service of docker-compose.yml; its checks are in infra/checks/compose.test.ts. */
export type Service = {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: { readonly [name: string]: string | number };
  readonly ports?: readonly string[];
  readonly build?: object;
  readonly healthcheck?: {
    readonly test: ["CMD", ...string[]];
    readonly interval: string;
    readonly timeout: string;
    readonly start_period: string;
    readonly retries: number;
  };
};

const file = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true }) as {
  readonly services: { readonly [name: string]: Service };
}; // our own file

/** Images, settings and health checks stand in docker-compose.yml only, so what is tested is what a user starts. */
export function serviceNamed(name: string): Service {
  const service = file.services[name];
  assert.ok(service, `docker-compose.yml has no service ${name}`);
  return service;
}

/** Names of the services that run the image of this repository. */
export const roleServices = (): readonly string[] =>
  Object.entries(file.services)
    .filter(([, { build }]) => build !== undefined)
    .map(([name]) => name);

/** Ports inside the container that the service publishes: the last part of `127.0.0.1:18081:8080`. */
export const publishedPorts = ({ ports = [] }: Service): readonly number[] => ports.map((port) => Number(port.split(":").at(-1)));

/** `5s` in milliseconds. */
export function millisOf(duration: string): number {
  const seconds = /^(\d+)s$/.exec(duration)?.[1];
  assert.ok(seconds, `${duration} is no number of seconds`);
  return Number(seconds) * 1000;
}
