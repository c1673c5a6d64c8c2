/** Document shards, a power of two so that a shard belongs to exactly one partition of every power-of-two topic. */
export const SHARDS = 1024;

const encoder = new TextEncoder();

/**
 * 32-bit murmur2 with Kafka's seed, as org.apache.kafka.common.utils.Utils.murmur2 computes it.
 * Returns a signed 32-bit integer.
 */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = data.length;
  let h = 0x9747b28c ^ length;
  const view = new DataView(data.buffer, data.byteOffset, length);
  const blocks = length >> 2;
  for (let block = 0; block < blocks; block++) {
    let k = Math.imul(view.getInt32(block * 4, true), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = blocks * 4;
  if (length > tail) {
    for (let at = length - 1; at >= tail; at--) h ^= (data[at] ?? 0) << ((at - tail) * 8);
    h = Math.imul(h, m);
  }
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** Partition that the Java client's default partitioner gives to a key. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  return toPositive(murmur2(typeof key === "string" ? encoder.encode(key) : key)) % partitions;
}

/** Shard of a document key, 0 to 1023; `shard % partitions` is the partition of the key for any power of two up to 1024. */
export function shardOf(key: string): number {
  return toPositive(murmur2(encoder.encode(key))) % SHARDS;
}

const toPositive = (value: number): number => value & 0x7fffffff;
