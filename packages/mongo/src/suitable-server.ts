import { TroupeError } from "@troupe/kernel";

/** What a server says of itself (`buildInfo`); FerretDB adds fields of its own name. */
export type BuildInfo = { readonly version?: unknown; readonly [field: string]: unknown };

const OLDEST = [4, 4] as const;
const NEEDED = "MongoDB 4.4 or newer";

/**
 * Throws STORE_UNSUITABLE for a server on which versioned writes are not safe. FerretDB speaks the same protocol, but
 * of several racing updates under one guard more than one succeeds.
 */
export function requireSuitable(info: BuildInfo, address: string): void {
  const ferret = Object.keys(info).find((field) => field.toLowerCase().startsWith("ferretdb"));
  if (ferret !== undefined) throw new TroupeError("STORE_UNSUITABLE", { address, found: "FerretDB", allowed: NEEDED });
  const [major = 0, minor = 0] = String(info.version).split(".").map(Number);
  const tooOld = !(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
  if (tooOld) throw new TroupeError("STORE_UNSUITABLE", { address, found: `version ${String(info.version)}`, allowed: NEEDED });
}
