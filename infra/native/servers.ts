import { nearest, TroupeError } from "@troupe/kernel";
import { jaeger } from "./jaeger/server.ts";
import { kafka } from "./kafka/server.ts";
import { mongodb } from "./mongodb/server.ts";
import type { NativeServer } from "./native-server.ts";
import { registry } from "./registry/server.ts";

export const SERVERS: readonly NativeServer[] = [kafka, registry, mongodb, jaeger];

/** The servers of these names, all when none is named. Throws OPTION_UNKNOWN. */
export function chosen(names: readonly string[]): readonly NativeServer[] {
  return names.length === 0 ? SERVERS : names.map(serverNamed);
}

function serverNamed(name: string): NativeServer {
  const found = SERVERS.find((server) => server.name === name);
  if (found) return found;
  const known = SERVERS.map((server) => server.name);
  const guess = nearest(name, known);
  const allowed = `${guess === undefined ? "" : `did you mean ${guess}? `}servers are ${known.join(", ")}`;
  throw new TroupeError("OPTION_UNKNOWN", { option: name, allowed });
}
