import { tracedPlatform, traceOfRefusedOrder } from "./compensated-trace.ts";
import { treeOf } from "./trace.ts";
import type { Scope } from "./troupe.ts";

/**
 * `npm exec -- node e2e/support/show-trace.ts`: starts five processes on the native servers, has one order refused by the
 * carrier, and prints its trace as Jaeger has it.
 */
const cleans: Array<() => Promise<void> | void> = [];
const scope: Scope = { after: (clean) => void cleans.push(clean) };
try {
  const { traceId, spans } = await traceOfRefusedOrder(await tracedPlatform(scope));
  process.stdout.write(`trace ${traceId}, ${spans.length} spans\n\n${treeOf(spans)}\n`);
} finally {
  for (const clean of cleans) await clean();
}
