import type { Ids } from "@troupe/kernel";

/**
 * Ids that follow from content, as everywhere, by a hash that is cheap instead of safe: 64 bits of two interleaved
 * multiplicative hashes over length-prefixed parts.
 */
export const simulatedIds: Ids = {
  messageId: (namespace, parts) => hashed([namespace, ...parts]),
  identity: identityOf,
};

export function identityOf({ tenant, source, id }: { readonly tenant: string; readonly source: string; readonly id: string }): string {
  return hashed([tenant, source, id]);
}

function hashed(parts: readonly (string | number)[]): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const part of parts) {
    const text = typeof part === "string" ? part : String(part);
    a = Math.imul(a ^ text.length, 0x9e3779b1);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
      a = (a << 13) | (a >>> 19);
    }
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ b;
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35) ^ a;
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
