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
  const encode = createEncoder();
  return {
    messageId: (namespace, parts) => uuidV8(sha256(encode(namespace, parts))),
    identity: ({ tenant, source, id }) => base64url(sha256(encode(tenant, [source, id])).subarray(0, 12)),
  };
}

const encoder = new TextEncoder();

/**
 * Each part as UTF-8 after its byte length (32-bit big-endian): `a|bc` and `ab|c` can't meet. What it returns holds until
 * the next call, since ids are made by the million and the buffer cost more than the hash of it.
 */
function createEncoder(): (first: string, others: readonly (string | number)[]) => Uint8Array {
  let out = new Uint8Array(512);
  return (first, others) => {
    const texts = others.map(String);
    let room = prefixed(first);
    for (const text of texts) room += prefixed(text);
    if (room > out.length) out = new Uint8Array(room);
    let at = writePart(first, out, 0);
    for (const text of texts) at = writePart(text, out, at);
    return out.subarray(0, at);
  };
}

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const prefixed = ({ length }: string): number => 4 + 3 * length;

/** Where the next part begins. */
function writePart(text: string, out: Uint8Array, at: number): number {
  const length = writeUtf8(text, out, at + 4);
  out[at] = length >>> 24;
  out[at + 1] = length >>> 16;
  out[at + 2] = length >>> 8;
  out[at + 3] = length;
  return at + 4 + length;
}

/** Bytes written. Parts are short and nearly always ASCII: a loop over them costs a third of a call to the encoder. */
function writeUtf8(text: string, out: Uint8Array, from: number): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return encoder.encodeInto(text, out.subarray(from)).written;
    out[from + at] = unit;
  }
  return text.length;
}

function uuidV8(hash: Uint8Array): string {
  let text = "";
  for (let at = 0; at < 16; at++) {
    let byte = hash[at] ?? 0;
    if (at === 6) byte = (byte & 0x0f) | 0x80; // version 8
    if (at === 8) byte = (byte & 0x3f) | 0x80; // variant 10
    if (at === 4 || at === 6 || at === 8 || at === 10) text += "-";
    text += HEX[byte];
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
