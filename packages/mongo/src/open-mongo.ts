import { type Clock, type DocumentStore, type Documents, type Log, TroupeError } from "@troupe/kernel";
import { type Db, MongoClient, type MongoClientOptions, MongoCompatibilityError } from "mongodb";
import { createDeadLetters } from "./dead-letters.ts";
import { createDocuments } from "./documents.ts";
import { reasonFrom, unreachable } from "./errors.ts";
import { createSettings } from "./settings.ts";
import { requireSuitable } from "./suitable-server.ts";

export type MongoOptions = {
  /** `mongodb://` or `mongodb+srv://` address; may hold the login. */
  readonly url: string;
  readonly database: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** How long a call waits for a server that can take it; an election takes two to three seconds. */
const SERVER_WAIT_MS = 3_000;
const CLIENT: MongoClientOptions = {
  appName: "troupe",
  serverSelectionTimeoutMS: SERVER_WAIT_MS,
  connectTimeoutMS: SERVER_WAIT_MS,
  socketTimeoutMS: 20_000,
  readPreference: "primary",
  readConcern: { level: "majority" },
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
};

/**
 * The documents on MongoDB 4.4 or newer, a replica set or a single server. Needs no transactions and no change streams.
 * Rejects with STORE_UNREACHABLE within a few seconds when no server answers, STORE_UNSUITABLE for FerretDB and older
 * servers, CONFIG_INVALID for an address that is none.
 */
export async function openMongo({ url, database, clock, log }: MongoOptions): Promise<DocumentStore> {
  const client = clientOf(url);
  const address = client.options.hosts.map(String).join(", ") || (client.options.srvHost ?? "");
  const began = clock.now();
  const db = client.db(database);
  try {
    await client.connect();
    requireSuitable(await db.admin().command({ buildInfo: 1 }), address);
    const deadLetters = await createDeadLetters(db, address);
    log.info({ address, database, millis: Math.round(clock.now() - began) }, "the document store answers");
    return storeOn({ client, db, address, deadLetters });
  } catch (error) {
    await client.close();
    throw refusal(error, address);
  }
}

type Opened = {
  readonly client: MongoClient;
  readonly db: Db;
  readonly address: string;
  readonly deadLetters: DocumentStore["deadLetters"];
};

function storeOn({ client, db, address, deadLetters }: Opened): DocumentStore {
  const owners = new Map<string, Documents>();
  return {
    adapter: "mongo",
    documents(owner) {
      const documents = owners.get(owner) ?? createDocuments(db, { owner, address });
      owners.set(owner, documents);
      return documents;
    },
    deadLetters,
    settings: createSettings(db, address),
    close: () => client.close(),
  };
}

/** The driver throws at once on a malformed address; it is shown without the login. */
function clientOf(url: string): MongoClient {
  try {
    return new MongoClient(url, CLIENT);
  } catch (error) {
    const found = url.replace(/\/\/[^@/]*@/, "//***@");
    throw new TroupeError("CONFIG_INVALID", { key: "TROUPE_MONGO_URL", found, allowed: "mongodb://host:port/?options" }, error);
  }
}

function refusal(error: unknown, address: string): TroupeError {
  if (!(error instanceof MongoCompatibilityError)) return unreachable(error, address);
  return new TroupeError("STORE_UNSUITABLE", { address, found: reasonFrom(error), allowed: "MongoDB 4.4 or newer" }, error);
}
