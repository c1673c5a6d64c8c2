import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Scope } from "../../support/troupe.ts";
import { serviceNamed } from "./compose-file.ts";
import { addressOf, startService } from "./container.ts";
import { dockerNetwork } from "./docker.ts";

export type Servers = {
  readonly network: string;
  /** For a Troupe process on this machine. */
  readonly settings: { readonly [name: string]: string };
  /** Base address of Jaeger's query API. */
  readonly jaeger: string;
};

const KAFKA_PORT = 19092;

/** Kafka, schema registry, MongoDB and Jaeger as docker-compose.yml describes them, empty, on free ports of loopback. */
export async function startServers(scope: Scope): Promise<Servers> {
  const network = await dockerNetwork(scope);
  const kafkaPort = await freePort();
  const [kafka, mongodb, jaeger] = await all([
    startService(scope, "kafka", { network, hostPorts: { [KAFKA_PORT]: kafkaPort }, environment: advertisedOn(kafkaPort) }),
    startService(scope, "mongodb", { network }),
    startService(scope, "jaeger", { network }),
  ]);
  assert.ok(kafka && mongodb && jaeger);
  const registry = await startService(scope, "registry", { network }); // keeps its schemas in Kafka
  return {
    network,
    jaeger: addressOf(jaeger, 16686),
    settings: {
      TROUPE_ON: "native",
      TROUPE_KAFKA_BROKERS: `127.0.0.1:${kafkaPort}`,
      TROUPE_REGISTRY_URL: `${addressOf(registry, 8080)}/apis/ccompat/v7`,
      // The set knows its member by a name of the container network, so the client is told to stay with this one.
      TROUPE_MONGO_URL: `mongodb://127.0.0.1:${mongodb.getMappedPort(27017)}/?directConnection=true`,
      TROUPE_OTLP_ENDPOINT: addressOf(jaeger, 4318),
    },
  };
}

/** Clients are sent on to what the broker says about itself, so it has to know the port on this machine. */
function advertisedOn(port: number): { readonly [name: string]: string } {
  const name = "KAFKA_ADVERTISED_LISTENERS";
  const there = String(serviceNamed("kafka").environment?.[name]);
  const here = there.replace(`127.0.0.1:${KAFKA_PORT}`, `127.0.0.1:${port}`);
  assert.notEqual(here, there, `${name} of docker-compose.yml names another port than ${KAFKA_PORT}`);
  return { [name]: here };
}

/** As Promise.all, but leaves nobody behind who starts after the others have failed. */
export async function all<T>(starting: ReadonlyArray<Promise<T>>): Promise<readonly T[]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}
