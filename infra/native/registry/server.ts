import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../binary-cache.ts";
import { ask } from "../http-probe.ts";
import { findJava } from "../java.ts";
import { HOST, type Launch, type NativeServer, type Readiness, type Say, type ServerFolder } from "../native-server.ts";
import { runTool } from "../run-tool.ts";
import versions from "../versions.json" with { type: "json" };

const { version, java } = versions.registry;
const PORT = 18081;
const MANAGEMENT_PORT = 18082;
const ADDRESS = `http://${HOST}:${PORT}/apis/ccompat/v7`;
const PURPOSE = "to fetch the schema registry";

/** Apicurio Registry, which speaks the Confluent REST API under a base path and really checks compatibility. */
export const registry: NativeServer = {
  name: "registry",
  version,
  address: ADDRESS,
  ports: [PORT, MANAGEMENT_PORT],
  readyWithin: 120,
  stopWithin: 15,
  install,
  prepare,
  ready: (): Promise<Readiness> => ask({ url: `${ADDRESS}/subjects` }),
  settle,
};

function install(say: Say): Promise<string> {
  const fill = async (folder: string, log: string): Promise<void> => {
    await copyFile(join(import.meta.dirname, "pom.xml"), join(folder, "pom.xml"));
    const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
    const copy = ["-q", "-B", "dependency:copy", artifact, `-DoutputDirectory=${folder}`];
    await runTool({ tool: "mvn", args: copy, cwd: folder, purpose: PURPOSE, log });
    const archive = join(folder, `apicurio-registry-app-${version}-all.tar.gz`);
    const app = join(folder, "app");
    await mkdir(app);
    await runTool({ tool: "tar", args: ["xzf", archive, "-C", app], cwd: folder, purpose: PURPOSE, log });
    await rm(archive);
  };
  return cached({ name: "registry", version, announcement: "downloading 152 MB from Maven Central", say, fill });
}

async function prepare(binaries: string, folder: ServerFolder): Promise<Launch> {
  const command = await findJava(java, "to run the schema registry");
  const settings = {
    "quarkus.http.host": HOST,
    "quarkus.http.port": PORT,
    // Left alone, the management port listens on all interfaces.
    "quarkus.management.host": HOST,
    "quarkus.management.port": MANAGEMENT_PORT,
    // A file, so that schema ids survive a restart as the records that name them do.
    "apicurio.storage.sql.kind": "h2",
    "apicurio.datasource.url": `jdbc:h2:file:${join(folder.data, "registry")}`,
    "apicurio.datasource.username": "sa",
    "apicurio.datasource.password": "sa",
  };
  const jvm = ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
  const properties = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`);
  return { command, args: [...jvm, ...properties, "-jar", "quarkus-run.jar"], cwd: join(binaries, "app") };
}

/** Apicurio checks nothing at first; a Confluent registry starts with BACKWARD, and so does ours. */
async function settle(): Promise<void> {
  const answer = await fetch(`${ADDRESS}/config`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ compatibility: "BACKWARD" }),
  });
  if (!answer.ok) throw new Error(`the registry refused its compatibility level with ${answer.status}`);
}
