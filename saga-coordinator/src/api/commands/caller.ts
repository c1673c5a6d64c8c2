import type { HttpRequest } from "@troupe/kernel";

/** Who calls the API, as far as it was established. */
export type Caller = { readonly name: string; readonly roles: readonly string[] };

/** How a request tells who calls. Authentication plugs in here: whatever stands behind it, the routes ask only for this. */
export type IdentifyCaller = (request: Pick<HttpRequest, "headers">) => Caller;

/**
 * Believes what the caller says of himself in `x-troupe-caller` and `x-troupe-roles` (a comma-separated list). It
 * authenticates nobody: for a trusted network only, until real authentication takes its place.
 */
export const claimedCaller: IdentifyCaller = ({ headers }) => ({
  name: headers["x-troupe-caller"] ?? "unknown",
  roles: (headers["x-troupe-roles"] ?? "")
    .split(",")
    .map((role) => role.trim())
    .filter((role) => role !== ""),
});
