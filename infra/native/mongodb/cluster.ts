import type { NativeServer } from "../native-server.ts";
import { mongod } from "./node.ts";

const PORTS = [27121, 27122, 27123];

/** Three nodes that elect a primary: what a killed primary costs can only be seen here. */
export const mongodbSet: readonly NativeServer[] = PORTS.map((port, at) =>
  mongod({ name: `mongodb-${at + 1}`, port, set: "rs3", members: PORTS }),
);
