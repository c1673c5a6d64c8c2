import assert from "node:assert/strict";
import { roleProcess } from "./roles.ts";
import { endedSaga, placeOrder } from "./sagas.ts";
import { NATIVE, OTLP } from "./servers.ts";
import { newTrace, type Span, wholeTrace } from "./trace.ts";
import type { Scope } from "./troupe.ts";

export type CompensatedTrace = { readonly traceId: string; readonly callerSpanId: string; readonly spans: readonly Span[] };

/** The last thing that happens to an order that is undone. */
export const LAST = "saga-coordinator: publish SagaCompensated";

/** Everybody reads the order, also those that only remember it. */
const READERS = ["orders", "inventory", "payments", "shipping", "saga-coordinator"];

/** Each service and the coordinator as a process of its own on the native servers, tracing to Jaeger. Resolves when orders travel. */
export async function tracedPlatform(scope: Scope): Promise<string> {
  const process = (...roles: readonly string[]) => roleProcess(scope, roles, { place: NATIVE, env: { TROUPE_OTLP_ENDPOINT: OTLP } });
  const [face] = await Promise.all([
    process("orders", "api"),
    process("inventory"),
    process("payments"),
    process("shipping"),
    process("coordinator"),
  ]);
  await endedSaga(face.at, await placeOrder(face.at), { withinMs: 60_000 }); // every consumer has its partitions now
  return face.at;
}

/** Places an order that the carrier refuses, under a trace of the caller's, and reads that trace from Jaeger once all is undone. */
export async function traceOfRefusedOrder(address: string): Promise<CompensatedTrace> {
  const { traceId, spanId, headers } = newTrace();
  const id = await placeOrder(address, { choice: { postalCode: "00000" }, headers });
  assert.equal((await endedSaga(address, id, { withinMs: 60_000 })).status, "compensated");
  return {
    traceId,
    callerSpanId: spanId,
    spans: await wholeTrace(traceId, [LAST, ...READERS.map((role) => `${role}: process OrderPlaced`)]),
  };
}
