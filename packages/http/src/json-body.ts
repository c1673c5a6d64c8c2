import { type Json, reasonOf, TroupeError } from "@troupe/kernel";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A request body as JSON. Throws REQUEST_MALFORMED, also for bytes that are no UTF-8: replacing them would change what was said. */
export function parseBody(bytes: Uint8Array): Json {
  if (bytes.length === 0) throw new TroupeError("REQUEST_MALFORMED", { reason: "it is empty" });
  try {
    return JSON.parse(decoder.decode(bytes), withoutPrototype) as Json; // JSON.parse makes nothing else
  } catch (error) {
    if (error instanceof TroupeError) throw error;
    const reason = error instanceof RangeError ? "it is nested too deeply" : reasonOf(error); // the stack is all that a RangeError can be of here
    throw new TroupeError("REQUEST_MALFORMED", { reason }, error);
  }
}

/** A key `__proto__` would become the prototype of whatever the object is copied into. */
function withoutPrototype(this: unknown, key: string, value: unknown): unknown {
  if (key === "__proto__") throw new TroupeError("REQUEST_MALFORMED", { reason: "a key named __proto__ is not allowed" });
  return value;
}
