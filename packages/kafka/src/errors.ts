import { reasonOf, TroupeError } from "@troupe/kernel";

/** The parts of a kafkajs error that are read here; `type` is the name of a protocol error. */
type Foreign = { readonly type?: unknown; readonly code?: unknown; readonly cause?: unknown };

/** Whether `error` or what it was caused by is a protocol error of this type, e.g. `UNKNOWN_TOPIC_OR_PARTITION`. */
export function isProtocolError(error: unknown, type: string): boolean {
  return causes(error).some((cause) => cause.type === type);
}

/** Any failure of a call to the brokers as the one error of the port; a TroupeError stays what it is. */
export function unreachable(error: unknown, address: string): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("BUS_UNREACHABLE", { address, reason: innermostReason(error) }, error);
}

/** kafkajs wraps a failure once per retry loop; the innermost message is the one that says what happened. */
export function innermostReason(error: unknown): string {
  return reasonOf(causes(error).at(-1) ?? error).replace(/\.$/, "");
}

function causes(error: unknown): readonly Foreign[] {
  const found: Foreign[] = [];
  let at = error;
  while (typeof at === "object" && at !== null && !found.includes(at as Foreign)) {
    const foreign = at as Foreign; // an object: its properties may be read
    found.push(foreign);
    at = foreign.cause;
  }
  return found;
}
