/**
 * Who may import whom: the table of docs/architecture.md as data. The first layer whose place holds a file is its layer.
 * `may` names layers, npm packages, or `node:*`; a layer may always import itself. A relative import never leaves its workspace.
 */
export type Layer = {
  readonly name: string;
  readonly place: RegExp;
  readonly may: readonly string[];
  /** The sentence that a breach shows. */
  readonly rule: string;
  /** `values`: no clock, chance, environment or timers. `synchronous`: nothing asynchronous and no port either. */
  readonly purity?: "values" | "synchronous";
  /** No `let` outside functions, so that two instances in one process cannot meet. */
  readonly withoutState?: true;
};

const LIBRARIES = ["kernel", "codec", "engine", "service-kit", "embedded", "kafka", "mongo", "http", "telemetry", "testing", "schemas"];
const PROGRAMS = ["coordinator", "core", "reading", "spec", "service", "simulation"];
const FOREIGN_CLIENTS = ["node:*", "kafkajs", "mongodb", "avsc", "@kafkajs/confluent-schema-registry"];
const CONTAINERS = ["testcontainers"];

export const LAYERS: readonly Layer[] = [
  {
    name: "kernel",
    place: /^packages\/kernel\/src\//,
    may: [],
    rule: "the kernel imports nothing, and knows no clock, chance or environment",
    purity: "values",
    withoutState: true,
  },
  { name: "schemas", place: /^schemas\/generated\//, may: ["kernel"], rule: "generated event types import the kernel only" },
  {
    name: "core",
    place: /^saga-coordinator\/src\/core\//,
    may: ["kernel", "@marcbachmann/cel-js"],
    rule: "the saga core is pure: kernel and the expression library; no notation, ports, timers, environment, logging, async",
    purity: "synchronous",
    withoutState: true,
  },
  {
    name: "domain",
    place: /^services\/[^/]+\/src\/domain\//,
    may: ["kernel", "schemas"],
    rule: "a domain is pure: kernel and generated event types; no ports, timers, environment, logging, async",
    purity: "synchronous",
    withoutState: true,
  },
  {
    name: "codec",
    place: /^packages\/codec\/src\//,
    may: ["kernel", "avsc", "@kafkajs/confluent-schema-registry", "node:*"],
    rule: "the codec imports kernel, avsc and the registry client; never bus or store",
  },
  {
    name: "telemetry",
    place: /^packages\/telemetry\/src\//,
    may: [
      "kernel",
      "@opentelemetry/api",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-node",
      "@opentelemetry/sdk-trace",
      "@opentelemetry/exporter-trace-otlp-proto",
      "prom-client",
      "pino",
      "node:*",
    ],
    rule: "telemetry imports kernel and its vendors only",
  },
  {
    name: "engine",
    place: /^packages\/engine\/src\//,
    may: ["kernel", "codec", "telemetry"],
    rule: "the engine imports kernel, codec and telemetry; no adapter, no vendor library, no node module",
    withoutState: true,
  },
  {
    name: "service-kit",
    place: /^packages\/service-kit\/src\//,
    may: ["kernel", "codec", "engine", "telemetry", "typebox"],
    rule: "the service kit imports kernel, codec, engine and telemetry; no adapter, no node module",
    withoutState: true,
  },
  {
    name: "embedded",
    place: /^packages\/embedded\/src\//,
    may: ["kernel", "node:*"],
    rule: "the embedded adapter imports kernel and Node only",
  },
  {
    name: "kafka",
    place: /^packages\/kafka\/src\//,
    may: ["kernel", "kafkajs", "node:*"],
    rule: "the Kafka adapter imports kernel and kafkajs only",
  },
  {
    name: "mongo",
    place: /^packages\/mongo\/src\//,
    may: ["kernel", "mongodb", "node:*"],
    rule: "the MongoDB adapter imports kernel and mongodb only",
  },
  {
    name: "http",
    place: /^packages\/http\/src\//,
    may: ["kernel", "telemetry", "fastify", "@fastify/swagger", "typebox", "node:*"],
    rule: "the HTTP face imports kernel, telemetry and fastify; it alone imports fastify",
  },
  {
    name: "testing",
    place: /^packages\/testing\/src\//,
    may: ["kernel", "node:*", "fast-check"],
    rule: "contract suites import ports, never adapters",
  },
  {
    name: "reading",
    place: /^saga-coordinator\/src\/reading\//,
    may: ["core", "kernel", "yaml"],
    rule: "reading turns a text into the core's tree and imports YAML, which nothing else of the coordinator does; no file, no bus, no store",
    purity: "synchronous",
    withoutState: true,
  },
  {
    name: "spec",
    place: /^saga-coordinator\/src\/spec\//,
    may: ["core", "reading", "kernel", "codec", "node:*"],
    rule: "specs for users run the core alone: core, reading, kernel, codec and Node; no bus, no store, no clock of the machine",
  },
  {
    name: "coordinator",
    place: /^saga-coordinator\/src\//,
    may: ["core", "reading", "kernel", "codec", "engine", "service-kit", "telemetry", "typebox"],
    rule: "the coordinator's shell and API import own core, service kit, engine, codec, telemetry; no adapter, no vendor, no service",
  },
  {
    name: "service",
    place: /^services\/[^/]+\/src\//,
    may: ["domain", "kernel", "schemas", "service-kit", "engine", "telemetry", "typebox"],
    rule: "a service imports own domain, service kit and event types; no adapter, no vendor, no other service",
  },
  {
    name: "simulation",
    place: /^packages\/simulation\/src\//,
    may: ["kernel", "codec", "engine", "service-kit", "telemetry", "core", "coordinator", "embedded", "typebox", "node:*"],
    rule: "the simulation runs the real core, shell, engine and kit on ports of its own; of the adapters it sees the embedded one only",
  },
  { name: "cli", place: /^packages\/cli\/src\//, may: ["*"], rule: "the composition root may import everything public" },
  {
    name: "tests",
    place: /^(packages\/[^/]+|services\/[^/]+|saga-coordinator|schemas)\/test\//,
    may: ["*"],
    rule: "tests may import everything public, and their own source",
  },
  {
    name: "saga-specs",
    place: /^sagas\/specs\//,
    may: ["spec", "kernel", "node:*"],
    rule: "the specs of the sagas see what every user sees: @troupe/saga-coordinator/spec",
  },
  {
    name: "e2e",
    place: /^e2e\//,
    may: [...FOREIGN_CLIENTS, ...CONTAINERS, "yaml"],
    rule: "e2e sees HTTP, bus and CLI; never internal source",
  },
  {
    name: "bench",
    place: /^bench\//,
    may: ["*", "cli"],
    rule: "a workload is built from what is public, as a user builds it, on the platform that `npm start` composes",
  },
  {
    name: "mutation",
    place: /^infra\/mutation\//,
    may: ["kernel", "infra", "acorn", "node:*"],
    rule: "the mutation run reads and changes copies of sources: kernel, infra, a parser and node only",
  },
  {
    name: "infra",
    place: /^infra\//,
    may: ["kernel", "node:*", "kafkajs", "mongodb", "yaml"],
    rule: "infra starts servers and checks files; it imports the kernel only",
  },
];

/** Layers that `*` stands for. */
export const EVERYTHING: readonly string[] = [...LIBRARIES, ...PROGRAMS];

/** Layer that the name of a workspace means for an importer. */
export const WORKSPACES: { readonly [name: string]: string } = {
  ...Object.fromEntries(LIBRARIES.map((name) => [`@troupe/${name}`, name])),
  "@troupe/saga-coordinator": "coordinator",
  "@troupe/saga-coordinator/core": "core",
  "@troupe/saga-coordinator/define": "coordinator",
  "@troupe/saga-coordinator/shell": "coordinator",
  "@troupe/saga-coordinator/reading": "reading",
  "@troupe/saga-coordinator/spec": "spec",
  "@troupe/simulation": "simulation",
  "@troupe/orders": "service",
  "@troupe/inventory": "service",
  "@troupe/payments": "service",
  "@troupe/shipping": "service",
  "@troupe/cli/compose": "cli",
};

/** Types of the kernel through which something happens: a pure layer must not even name them. */
export const PORTS: ReadonlySet<string> = new Set([
  ..."Bus BusAdmin BusHealth Subscription SubscribeOptions Batch Clock Random Codec Log".split(" "),
  ..."DocumentStore Documents DeadLetters Settings AtomicWork Work HttpRoute ReadinessCheck".split(" "),
]);
