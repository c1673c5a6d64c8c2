import { randomUUID } from "node:crypto";
import { after } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock, DocumentStore, Log } from "@troupe/kernel";
import { MongoClient } from "mongodb";
import { openMongo } from "../src/index.ts";

/** Server of the tests; it must be up, a missing one fails the test with the adapter's own sentence. */
export const URL_OF_SERVER = process.env["TROUPE_MONGO_URL"] ?? "mongodb://127.0.0.1:27117/?directConnection=true&replicaSet=rs0";
/** One database for all tests of a run, dropped at its end: every test makes collections of its own. */
export const DATABASE = `troupe-test-${randomUUID().slice(0, 8)}`;

after(async () => {
  const client = new MongoClient(URL_OF_SERVER, { serverSelectionTimeoutMS: 1_000 });
  // a server that is away has failed the tests already
  await client
    .db(DATABASE)
    .dropDatabase()
    .catch(() => undefined);
  await client.close();
});

export const clock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (millis, signal) => wait(millis, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

const silent = (): void => undefined;
export const log: Log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log };

export const openStore = (url = URL_OF_SERVER): Promise<DocumentStore> => openMongo({ url, database: DATABASE, clock, log });
