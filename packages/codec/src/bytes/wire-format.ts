/** Confluent wire format: a zero byte, the schema id as 32-bit big-endian, the Avro body. */
const MAGIC = 0;
export const HEADER_BYTES = 5;

/** Id of the writer's schema; a sentence when the bytes are not in the wire format. */
export function schemaIdOf(value: Uint8Array): number | string {
  if (value.length < HEADER_BYTES) return `it has ${value.length} bytes, and the wire format needs ${HEADER_BYTES} before the body`;
  if (value[0] !== MAGIC) return `its first byte is ${value[0]}, and the wire format begins with ${MAGIC}`;
  return new DataView(value.buffer, value.byteOffset).getInt32(1);
}

/** The Avro body, without copying. */
export function bodyOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset + HEADER_BYTES, value.byteLength - HEADER_BYTES);
}

export function frame(schemaId: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + body.length);
  out[0] = MAGIC;
  new DataView(out.buffer).setInt32(1, schemaId);
  out.set(body, HEADER_BYTES);
  return out;
}
