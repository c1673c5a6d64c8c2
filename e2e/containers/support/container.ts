import type { Readable } from "node:stream";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { cleanUp, type Scope } from "../../support/troupe.ts";
import { millisOf, publishedPorts, type Service, serviceNamed } from "./compose-file.ts";
import { LABEL } from "./docker.ts";

// The published ports are on loopback, wherever testcontainers believes to run. Its helper container for cleaning up would
// listen on all interfaces and hold the engine's socket; `docker.ts` removes what a broken run leaves.
process.env["TESTCONTAINERS_HOST_OVERRIDE"] ??= "127.0.0.1";
process.env["TESTCONTAINERS_RYUK_DISABLED"] ??= "true";

const STARTUP_MILLIS = 180_000;

/** testcontainers publishes ports on all interfaces and has no option for it. */
class LoopbackContainer extends GenericContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    const bindings: { readonly [port: string]: ReadonlyArray<{ HostIp?: string }> } = this.hostConfig.PortBindings ?? {};
    for (const binding of Object.values(bindings).flat()) binding.HostIp = "127.0.0.1";
  }
}

export type Options = {
  readonly network: string;
  /** Instead of the one in docker-compose.yml. */
  readonly image?: string;
  /** Over the one in docker-compose.yml. */
  readonly environment?: { readonly [name: string]: string };
  /** Host port by container port, where it has to be known before the start. Others are free ones. */
  readonly hostPorts?: { readonly [containerPort: number]: number };
};

/** A service of docker-compose.yml in a container, healthy, named in the network as there; gone with the scope. */
export async function startService(scope: Scope, name: string, options: Options): Promise<StartedTestContainer> {
  const service = serviceNamed(name);
  const container = described(service, { ...options, name });
  const words: string[] = [];
  container.withLogConsumer((stream: Readable) => void stream.on("data", (chunk: Buffer) => words.push(String(chunk))));
  try {
    const started = await container.start();
    cleanUp(scope, async () => void (await started.stop({ timeout: 10_000 })));
    return started;
  } catch (error) {
    const last = words.join("").trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(`${name} (${options.image ?? service.image}) did not start: ${String(error)}\n${last}`, { cause: error });
  }
}

function described(service: Service, options: Options & { readonly name: string }): GenericContainer {
  const { environment = {}, command, healthcheck } = service;
  const settings = Object.entries({ ...environment, ...options.environment }).map(([key, value]) => [key, String(value)]);
  const ports = publishedPorts(service).map((container) => {
    const host = options.hostPorts?.[container];
    return host === undefined ? container : { container, host };
  });
  const container = new LoopbackContainer(options.image ?? service.image)
    .withNetworkMode(options.network)
    .withNetworkAliases(options.name)
    .withLabels({ [LABEL.name]: LABEL.value })
    .withEnvironment(Object.fromEntries(settings))
    .withExposedPorts(...ports)
    .withStartupTimeout(STARTUP_MILLIS);
  if (command !== undefined) container.withCommand([...command]);
  if (healthcheck !== undefined) {
    container.withHealthCheck({
      test: healthcheck.test,
      interval: millisOf(healthcheck.interval),
      timeout: millisOf(healthcheck.timeout),
      startPeriod: millisOf(healthcheck.start_period),
      retries: healthcheck.retries,
    });
  }
  const isChecked = healthcheck !== undefined || service.build !== undefined; // our image has a check of its own
  return container.withWaitStrategy(isChecked ? Wait.forHealthCheck() : Wait.forHttp("/", publishedPorts(service)[0] ?? 0));
}

/** `http://127.0.0.1:PORT` of a port that the container publishes. */
export const addressOf = (container: StartedTestContainer, port: number): string => `http://127.0.0.1:${container.getMappedPort(port)}`;
