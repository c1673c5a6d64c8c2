import { createHash } from "node:crypto";

/**
 * Id of a schema: the first 31 bits of SHA-256 of its text, never 0. Content decides it, so two processes on one data folder
 * that meet the same schema agree without asking each other, and an id can't be used again for another schema.
 * `attempt`: raised when a different schema holds the id already (one in two billion).
 */
export function contentId(text: string, attempt = 0): number {
  const hash = createHash("sha256").update(text).digest();
  return ((hash.readUInt32BE(0) >>> 1) + attempt) & 0x7fffffff || 1;
}
