/** Big-endian two's complement, shortest form, or sign-extended to `size` bytes (which must hold it). */
export function toTwosComplement(value: bigint, size?: number): Buffer {
  const length = size ?? byteLength(value);
  const out = Buffer.alloc(length);
  let rest = BigInt.asUintN(length * 8, value);
  for (let at = length - 1; at >= 0; at--) {
    out[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

/** The inverse; no bytes at all are zero, as Java reads them. */
export function fromTwosComplement(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n;
  if (bytes.length <= 6) return BigInt(bytes.readIntBE(0, bytes.length));
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`));
}

/** Bytes that hold the magnitude and one sign bit. */
function byteLength(value: bigint): number {
  const magnitude = value < 0n ? -value - 1n : value;
  return magnitude === 0n ? 1 : Math.floor(magnitude.toString(2).length / 8) + 1;
}
