import { type Clock, type DocumentStore, type Log, TroupeError } from "@troupe/kernel";
import { type Db, MongoClient, type MongoClientOptions, MongoCompatibilityError } from "mongodb";
import { type AgingDocuments, createDocuments } from "./documents.ts";
import { reasonFrom, unreachable } from "./errors.ts";
import { createDeadLetters } from "./put-away/dead-letters.ts";
import { createParkedRows } from "./put-away/parked.ts";
import { createSettings } from "./settings.ts";
import { requireSuitable } from "./suitable-server.ts";

export type MongoOptions = {
  /** `mongodb://` or `mongodb+srv://` address; may hold the login. */
  readonly url: string;
  readonly database: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Largest write of a document, without its history; beyond it is refused. Default and most: what BSON allows. */
  readonly maxDocumentBytes?: number;
  /**
   * Only where kills are tried: called in the middle of every bulk write, which is then sent in two halves. The first is
   * durable at that moment, the second not sent; a bulk of one write is all durable, and nobody has heard the answer.
   */
  readonly withinWrite?: () => void;
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
export async function openMongo({ url, database, clock, log, withinWrite, maxDocumentBytes }: MongoOptions): Promise<DocumentStore> {
  const client = clientOf(url);
  const address = client.options.hosts.map(String).join(", ") || (client.options.srvHost ?? "");
  const began = clock.now();
  const db = client.db(database);
  try {
    await client.connect();
    requireSuitable(await db.admin().command({ buildInfo: 1 }), address);
    const deadLetters = await createDeadLetters(db, address);
    log.info({ address, database, millis: Math.round(clock.now() - began) }, "the document store answers");
    const parked = await createParkedRows(db, address);
    return storeOn({ client, db, address, deadLetters, parked, withinWrite, maxDocumentBytes });
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
  readonly parked: DocumentStore["parked"];
  readonly withinWrite: (() => void) | undefined;
  readonly maxDocumentBytes: number | undefined;
};

function storeOn({ client, db, address, deadLetters, parked, withinWrite, maxDocumentBytes }: Opened): DocumentStore {
  const owners = new Map<string, AgingDocuments>();
  const documentsOf = (owner: string): AgingDocuments => {
    const documents = owners.get(owner) ?? createDocuments(db, { owner, address, withinWrite, maxDocumentBytes });
    owners.set(owner, documents);
    return documents;
  };
  return {
    adapter: "mongo",
    documents: documentsOf,
    aging: (owner) => documentsOf(owner).aging,
    deadLetters,
    parked,
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
