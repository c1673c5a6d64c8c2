import { nearest, TroupeError } from "@troupe/kernel";
import { jaeger } from "./jaeger/server.ts";
import { kafkaCluster } from "./kafka/cluster.ts";
import { kafka } from "./kafka/server.ts";
import { mongodbSet } from "./mongodb/cluster.ts";
import { mongodb } from "./mongodb/server.ts";
import type { NativeServer } from "./native-server.ts";
import { registry } from "./registry/server.ts";

export const SERVERS: readonly NativeServer[] = [kafka, registry, mongodb, jaeger];
/** Started by name only: three JVMs and three databases are for the fault tests of clusters. */
export const CLUSTERS: readonly NativeServer[] = [...kafkaCluster, ...mongodbSet];
/** Names that stand for several servers. */
const GROUPS: { readonly [name: string]: readonly NativeServer[] } = { clusters: CLUSTERS };
const ALL = [...SERVERS, ...CLUSTERS];

/** The servers of these names, the single ones when none is named; `clusters` are all nodes of the clusters. Throws OPTION_UNKNOWN. */
export function chosen(names: readonly string[]): readonly NativeServer[] {
  return names.length === 0 ? SERVERS : names.flatMap((name) => GROUPS[name] ?? serverNamed(name));
}

function serverNamed(name: string): NativeServer {
  const found = ALL.find((server) => server.name === name);
  if (found) return found;
  const known = [...ALL.map((server) => server.name), ...Object.keys(GROUPS)];
  const guess = nearest(name, known);
  const allowed = `${guess === undefined ? "" : `did you mean ${guess}? `}servers are ${known.join(", ")}`;
  throw new TroupeError("OPTION_UNKNOWN", { option: name, allowed });
}
