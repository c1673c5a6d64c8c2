/** Plain data that survives JSON unchanged. What documents store. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * A decoded event field. Wider than JSON: Avro `long` is a bigint (exact beyond 2^53), `bytes` a byte array.
 * Logical types arrive as the branded types of logical-types.ts, whose carriers are string, number and bigint.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[] | { readonly [key: string]: Value };
export type Payload = { readonly [key: string]: Value };
