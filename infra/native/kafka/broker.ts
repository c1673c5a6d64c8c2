import { access, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@troupe/kernel";
import { Kafka, logLevel } from "kafkajs";
import { cached } from "../binary-cache.ts";
import { findJava } from "../java.ts";
import { HOST, type Launch, type NativeServer, type Readiness, type Say, type ServerFolder } from "../native-server.ts";
import { runTool } from "../run-tool.ts";
import versions from "../versions.json" with { type: "json" };

const { version, scala, log4j, java } = versions.kafka;
const own = (file: string): string => join(import.meta.dirname, file);

/** One node of a cluster. `ports`: for clients, for clients behind a proxy, for controllers, in this order. */
export type Node = {
  readonly name: string;
  readonly id: number;
  readonly ports: readonly [client: number, proxied: number, controller: number];
  /** Where a test's proxy listens; nobody does otherwise. */
  readonly proxyPort: number;
  /** All nodes of the cluster as `id@host:port` of their controllers. */
  readonly voters: readonly string[];
  /** 16 bytes in base64url, the same for all nodes of a cluster; each data folder of a single node may have its own. */
  clusterId(): string;
};

/** A Kafka node, broker and controller in one. */
export function broker(node: Node): NativeServer {
  const address = `${HOST}:${node.ports[0]}`;
  return {
    name: node.name,
    version,
    address,
    ports: node.ports,
    readyWithin: 90,
    stopWithin: 20,
    install,
    prepare: (binaries, folder) => prepare(node, { binaries, folder }),
    ready: () => ready(address, node.id),
  };
}

function install(say: Say): Promise<string> {
  const fill = async (folder: string, log: string): Promise<void> => {
    await copyFile(own("pom.xml"), join(folder, "pom.xml"));
    const properties = [`-Dkafka.version=${version}`, `-Dscala.version=${scala}`, `-Dlog4j.version=${log4j}`];
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "libs")}`, "-DincludeScope=runtime"];
    await runTool({ tool: "mvn", args: ["-q", "-B", ...goal, ...properties], cwd: folder, purpose: "to fetch Kafka", log });
  };
  return cached({ name: "kafka", version, announcement: "downloading 43 MB from Maven Central", say, fill });
}

type Place = { readonly binaries: string; readonly folder: ServerFolder };

async function prepare(node: Node, { binaries, folder }: Place): Promise<Launch> {
  const program = await findJava(java, "to run Kafka");
  const libs = join(binaries, "libs", "*");
  const config = join(folder.root, "server.properties");
  await writeFile(config, filled(await readFile(own("server.properties"), "utf8"), { ...valuesOf(node), data: folder.data }));
  if (!(await isFormatted(folder))) {
    const tool = ["-Xmx128m", "-cp", libs, "kafka.tools.StorageTool", "format"];
    const format = [...tool, "-t", node.clusterId(), "-c", config, "--ignore-formatted"];
    await runTool({ tool: program, args: format, cwd: folder.root, purpose: "to format Kafka's data folder", log: folder.log });
  }
  const logging = `-Dlog4j2.configurationFile=file:${own("log4j2.properties")}`;
  // C1 only: half the CPU at start, and the broker of a test run never lives long enough for C2 to pay.
  const jvm = ["-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", logging];
  return { command: program, args: [...jvm, "-cp", libs, "kafka.Kafka", config] };
}

function valuesOf({ id, ports: [port, proxiedPort, controllerPort], proxyPort, voters }: Node): Record<string, string | number> {
  const copies = voters.length;
  const heartbeat = copies === 1 ? 1000 : 500; // a cluster is there to see a node's death soon
  const needed = Math.max(1, copies - 1);
  return { id, port, proxiedPort, controllerPort, proxyPort, voters: voters.join(","), copies, needed, heartbeat };
}

/** The template with every `@name@` replaced; one that nobody fills is a mistake of ours. */
function filled(template: string, values: { readonly [name: string]: string | number }): string {
  return template.replace(/@(\w+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`server.properties asks for @${name}@, which nobody fills`);
    return String(value);
  });
}

const isFormatted = (folder: ServerFolder): Promise<boolean> =>
  access(join(folder.data, "meta.properties")).then(
    () => true,
    () => false,
  );

/** The cluster counts this broker in and has a controller. The open port alone comes 30 to 130 ms too early. */
async function ready(address: string, id: number): Promise<Readiness> {
  const client = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 2000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const { brokers, controller } = await admin.describeCluster();
    const counted = brokers.some(({ nodeId }) => nodeId === id);
    if (counted && controller !== null && controller >= 0) return { ready: true };
    return { ready: false, reason: counted ? "no controller yet" : "the cluster does not count it in yet" };
  } catch (error) {
    return { ready: false, reason: reasonOf(error) };
  } finally {
    await admin.disconnect().catch(() => undefined); // the connection is gone already, which is all that is wanted
  }
}
