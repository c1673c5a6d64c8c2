import assert from "node:assert/strict";
import { type Scope, troupe } from "./troupe.ts";

/** Addresses of the native servers, as docs/configuration.md gives them as defaults. */
export const KAFKA = "127.0.0.1:19092";
export const REGISTRY = "http://127.0.0.1:18081/apis/ccompat/v7";
export const MONGO = "mongodb://127.0.0.1:27117/?directConnection=true";
export const OTLP = "http://127.0.0.1:4318";
export const JAEGER = "http://127.0.0.1:16686";

/** Options that put a process on the native servers. */
export const NATIVE = ["--on", "native"];

/** Empties topics and documents: what is counted afterwards was made afterwards. Schemas stay, as they do in real life. */
export async function emptyServers(scope: Scope): Promise<void> {
  const { code, stdout, stderr } = await troupe(scope, ["servers", "reset", "kafka", "mongodb"]).ended(180_000);
  assert.equal(code, 0, stdout + stderr);
}
