import avro from "avsc";

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/**
 * Avro `long` as bigint. avsc's own refuses everything beyond 2^53 and reads what lies below -2^52 as another number;
 * no logical type can help, because it sees the value only after avsc has read it as a double.
 */
export const exactLong: avro.Type = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | bigint) => BigInt(value),
  toJSON: (value: bigint) => Number(value), // only for copies of defaults, which JSON gave as numbers
  isValid: (value: unknown) => typeof value === "bigint" && value >= LONG_MIN && value <= LONG_MAX,
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});
