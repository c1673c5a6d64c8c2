import { mongod } from "./node.ts";

const PORT = 27117;

/** The one node that everything but the fault tests of clusters runs on: a replica set of its own, as majority writes need. */
export const mongodb = mongod({ name: "mongodb", port: PORT, set: "rs0", members: [PORT] });
