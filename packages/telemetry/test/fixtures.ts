import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Clock, Envelope, Random } from "@troupe/kernel";
import { createTracing, type Tracing } from "../src/index.ts";

/** A stream of numbers that is the same in every run (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** The real SDK with an exporter that keeps what it gets. */
export function recorded(): { readonly tracing: Tracing; readonly exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { tracing: createTracing({ provider, random: seeded(1) }), exporter };
}

export const envelope = (over: Partial<Envelope> = {}): Envelope => ({
  id: "m-1",
  type: "shop.orders.OrderPlaced",
  source: "/services/orders",
  time: 0,
  tenant: "default",
  correlationId: "o-1",
  ...over,
});

export const ORIGIN = { topic: "orders", partition: 3, offset: 17 } as const;

export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(resolve, millis);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
