import { hash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { confluentRegistry, createCodec, fileRegistry, loadSchemas, piiNames, type Registry, registryRoutes } from "@troupe/codec";
import { openEmbedded } from "@troupe/embedded";
import type { EnginePorts, FailPoints } from "@troupe/engine";
import { openKafka } from "@troupe/kafka";
import {
  type AtomicWork,
  type Bus,
  type Clock,
  type Codec,
  createIds,
  type DocumentStore,
  type HttpRoute,
  type Ids,
  type Log,
  type Random,
  TroupeError,
} from "@troupe/kernel";
import { openMongo } from "@troupe/mongo";
import { createMetrics, type Metrics, startTelemetry, type Telemetry } from "@troupe/telemetry";
import { engineLimits } from "../bounds.ts";
import type { Config } from "../config.ts";
import { systemClock, systemRandom } from "../system-clock.ts";
import { failPointsOf } from "./fail-points.ts";

/** Everything that roles share in one process. `ports(role)` is what one role's engine gets. */
export type Platform = {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly codec: Codec;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Routes of the platform itself: the registry's REST subset where the schemas are files. */
  readonly routes: readonly HttpRoute[];
  ports(role: string): EnginePorts;
  close(): Promise<void>;
};

/** Makes the log once the schemas are known: `pii` holds the names of fields that must be masked wherever they are logged. */
export type MakeLog = (pii: ReadonlySet<string>) => Log;

/** The one place that names adapters: bus, documents and registry of the configured target. */
export async function openPlatform(config: Config, makeLog: MakeLog): Promise<Platform> {
  const clock = systemClock();
  const random = systemRandom;
  const ids = createIds((data) => hash("sha256", data, "buffer"));
  const schemas = loadSchemas(config.schemasDir);
  const log = makeLog(piiNames(schemas));
  const telemetry = await startTelemetry({ endpoint: config.otlpEndpoint, random, clock, log });
  const failPoints = failPointsOf(config.failAt, log);
  const adapters = await openAdapters(config, { clock, random, log, failPoints });
  try {
    const { registry, routes } =
      config.target === "embedded"
        ? await filesOf(schemas, adapters.store)
        : { registry: confluentRegistry({ url: config.registryUrl }), routes: [] };
    const codec = createCodec({ schemas, registry, ids });
    await codec.register();
    await ensureTopics(adapters.bus, codec, config.partitions);
    return assemble({ config, adapters, codec, ids, clock, random, log, telemetry, routes, failPoints });
  } catch (error) {
    await adapters.close();
    await telemetry.shutdown();
    throw error;
  }
}

type Adapters = { readonly bus: Bus; readonly store: DocumentStore; readonly work: AtomicWork | undefined; close(): Promise<void> };
type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly failPoints: FailPoints | undefined;
};

/** Bus and documents of the configured target. Rejects with one TroupeError, and leaves nothing open. */
export async function openAdapters(config: Config, { clock, random, log, failPoints }: Surroundings): Promise<Adapters> {
  const { sessionTimeoutMillis } = config;
  const within = failPoints === undefined ? {} : { withinWrite: () => failPoints.pass("fp3") };
  if (config.target === "embedded") {
    makeFolder(config.dataDir);
    const sizes = { maxDocumentBytes: config.documentBytes, maxFileBytes: config.diskMegabytes * 1024 * 1024 };
    const bounds = { ...sizes, logRetentionMillis: config.logRetentionHours * 3_600_000 };
    const file = join(config.dataDir, "troupe.db");
    return openEmbedded({ file, clock, random, log, leaseMillis: sessionTimeoutMillis, ...bounds, ...within });
  }
  const bus = await openKafka({
    brokers: config.brokers.split(","),
    clientId: "troupe",
    clock,
    log,
    sessionTimeoutMs: sessionTimeoutMillis,
  });
  try {
    const store = await openMongo({
      url: config.mongoUrl,
      database: config.mongoDatabase,
      clock,
      log,
      maxDocumentBytes: config.documentBytes,
      ...within,
    });
    return { bus, store, work: undefined, close: async () => void (await Promise.allSettled([bus.close(), store.close()])) };
  } catch (error) {
    await bus.close();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new TroupeError("DATA_FOLDER_UNUSABLE", { file: folder, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

/**
 * The documents alone, for a command that looks at what is stored. Nothing is made: rejects with DATA_FOLDER_UNUSABLE where
 * there is no data yet, and with what opening the target's store rejects with.
 */
export async function openStore(config: Config, log: Log): Promise<{ readonly store: DocumentStore; close(): Promise<void> }> {
  const surroundings = { clock: systemClock(), random: systemRandom, log };
  if (config.target === "embedded") {
    const file = join(config.dataDir, "troupe.db");
    if (!existsSync(file)) throw new TroupeError("DATA_FOLDER_UNUSABLE", { file, reason: "there is no such file" });
    return openEmbedded({ file, ...surroundings });
  }
  const store = await openMongo({ url: config.mongoUrl, database: config.mongoDatabase, ...surroundings });
  return { store, close: () => store.close() };
}

/** Removes the data of the embedded target. Other targets keep theirs: emptying shared servers is not for a demo. */
export function removeData(config: Config): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(config.dataDir, `troupe.db${suffix}`), { force: true });
}

async function filesOf(
  schemas: ReturnType<typeof loadSchemas>,
  store: DocumentStore,
): Promise<{ registry: Registry; routes: readonly HttpRoute[] }> {
  const registry = await fileRegistry({ schemas, storage: store.settings });
  return { registry, routes: registryRoutes(registry) };
}

async function ensureTopics(bus: Bus, codec: Codec, partitions: number): Promise<void> {
  const topics = [...new Set(codec.events.map(({ topic }) => topic))].sort();
  await bus.admin.ensureTopics(topics.map((topic) => ({ topic, partitions })));
}

function assemble(parts: {
  readonly config: Config;
  readonly adapters: Adapters;
  readonly codec: Codec;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly routes: readonly HttpRoute[];
  readonly failPoints: FailPoints | undefined;
}): Platform {
  const { config, adapters, codec, ids, clock, random, log, telemetry, routes } = parts;
  const failPoints = parts.failPoints === undefined ? {} : { failPoints: parts.failPoints };
  const metrics = createMetrics();
  const { bus, store, work } = adapters;
  return {
    config,
    bus,
    store,
    codec,
    ids,
    clock,
    random,
    metrics,
    log,
    routes,
    ports: (role) => ({
      bus,
      store,
      work,
      codec,
      ids,
      clock,
      random,
      metrics,
      log,
      tracing: telemetry.tracing(role),
      limits: engineLimits(config),
      ...failPoints,
    }),
    close: async () => {
      await adapters.close();
      await telemetry.shutdown();
    },
  };
}
