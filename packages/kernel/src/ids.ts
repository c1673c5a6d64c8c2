import type { Envelope } from "./envelope.ts";

/** Synchronous SHA-256, injected because the kernel imports nothing. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** Ids that follow from content, so two writers that decide the same thing emit the same id (wire contract, "Ids"). */
export type Ids = {
  /** UUID v8 (RFC 9562) of the first 128 bits of SHA-256(namespace, parts...), each part length-prefixed. */
  messageId(namespace: string, parts: readonly (string | number)[]): string;
  /** 12-byte identity of a fact, hash(tenant, source, id), as 16 base64url characters: what inboxes keep. */
  identity(envelope: Pick<Envelope, "tenant" | "source" | "id">): string;
};

export function createIds(sha256: Sha256): Ids {
  return {
    messageId: (namespace, parts) => uuidV8(sha256(lengthPrefixed([namespace, ...parts.map(String)]))),
    identity: ({ tenant, source, id }) => base64url(sha256(lengthPrefixed([tenant, source, id])).subarray(0, 12)),
  };
}

const encoder = new TextEncoder();

/** Each part as UTF-8 after its byte length (32-bit big-endian): `a|bc` and `ab|c` can't meet. */
export function lengthPrefixed(parts: readonly string[]): Uint8Array {
  const encoded = parts.map((part) => encoder.encode(part));
  const out = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const part of encoded) {
    view.setUint32(at, part.length);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}

function uuidV8(hash: Uint8Array): string {
  const bytes = hash.slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80; // version 8
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80; // variant 10
  let text = "";
  for (let at = 0; at < 16; at++) {
    if (at === 4 || at === 6 || at === 8 || at === 10) text += "-";
    text += HEX[bytes[at] ?? 0];
  }
  return text;
}

/** Every byte as two hex digits: half of a small saga's time went into formatting ids before this table. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Twelve bytes make sixteen characters, no padding. */
function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(group >> shift) & 63];
  }
  return text;
}
