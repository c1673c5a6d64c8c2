import { randomBytes } from "node:crypto";
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
const PORT = 19092;
const CONTROLLER_PORT = 19093;
const own = (file: string): string => join(import.meta.dirname, file);

export const kafka: NativeServer = {
  name: "kafka",
  version,
  address: `${HOST}:${PORT}`,
  ports: [PORT, CONTROLLER_PORT],
  readyWithin: 90,
  stopWithin: 20,
  install,
  prepare,
  ready,
};

function install(say: Say): Promise<string> {
  const fill = async (folder: string, log: string): Promise<void> => {
    await copyFile(own("pom.xml"), join(folder, "pom.xml"));
    const properties = [`-Dkafka.version=${version}`, `-Dscala.version=${scala}`, `-Dlog4j.version=${log4j}`];
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "libs")}`, "-DincludeScope=runtime"];
    await runTool({ tool: "mvn", args: ["-q", "-B", ...goal, ...properties], cwd: folder, purpose: "to fetch Kafka", log });
  };
  return cached({ name: "kafka", version, announcement: "downloading 43 MB from Maven Central", say, fill });
}

async function prepare(binaries: string, folder: ServerFolder): Promise<Launch> {
  const program = await findJava(java, "to run Kafka");
  const libs = join(binaries, "libs", "*");
  const config = join(folder.root, "server.properties");
  await writeFile(config, (await readFile(own("server.properties"), "utf8")).replace("@data@", folder.data));
  if (!(await isFormatted(folder))) {
    const format = ["-Xmx128m", "-cp", libs, "kafka.tools.StorageTool", "format", "-t", clusterId(), "-c", config, "--ignore-formatted"];
    await runTool({ tool: program, args: format, cwd: folder.root, purpose: "to format Kafka's data folder", log: folder.log });
  }
  const logging = `-Dlog4j2.configurationFile=file:${own("log4j2.properties")}`;
  // C1 only: half the CPU at start, and the broker of a test run never lives long enough for C2 to pay.
  const jvm = ["-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", logging];
  return { command: program, args: [...jvm, "-cp", libs, "kafka.Kafka", config] };
}

const isFormatted = (folder: ServerFolder): Promise<boolean> =>
  access(join(folder.data, "meta.properties")).then(
    () => true,
    () => false,
  );

/** 16 random bytes as Kafka's Uuid.toString writes them; like Kafka itself, never with a leading dash (it would read as an option). */
function clusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? clusterId() : id;
}

/** The cluster describes itself: a broker is there and a controller was elected. The open port alone comes 30 to 130 ms too early. */
async function ready(): Promise<Readiness> {
  const client = new Kafka({
    brokers: [kafka.address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 2000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const { brokers, controller } = await admin.describeCluster();
    if (brokers.length > 0 && controller !== null && controller >= 0) return { ready: true };
    return { ready: false, reason: "no controller yet" };
  } catch (error) {
    return { ready: false, reason: reasonOf(error) };
  } finally {
    await admin.disconnect().catch(() => undefined); // the connection is gone already, which is all that is wanted
  }
}
