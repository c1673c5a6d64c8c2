import type { TracerProvider as ApiTracerProvider } from "@opentelemetry/api";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { type Clock, type Log, type Random, reasonOf, TroupeError } from "@troupe/kernel";
import { ATTRIBUTE, SERVICE_NAMESPACE } from "./names.ts";
import { createTracing } from "./spans.ts";
import type { Tracing } from "./tracing.ts";

export type TelemetryOptions = {
  /** OTLP over HTTP, e.g. `http://127.0.0.1:4318`; `/v1/traces` is added where it is missing. Undefined: no SDK is loaded. */
  readonly endpoint?: string | undefined;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
  /** Longest time a finished span waits before it is sent. Default 1000 ms. */
  readonly scheduleDelayMillis?: number;
  /** Longest time one export may take, and that `shutdown` waits for the last spans. Default 2000 ms. */
  readonly flushMillis?: number;
};

/** Tracing of one process. Roles that share it share the exporter, but each stands under its own name in the trace store. */
export type Telemetry = {
  tracing(role: string): Tracing;
  /** Sends what is finished and stops, within `flushMillis`. Never rejects. */
  shutdown(): Promise<void>;
};

const WARN_EVERY_MILLIS = 60_000;

/**
 * Loads the OpenTelemetry SDK when there is an endpoint (that costs some 100 ms, so never otherwise). An endpoint that
 * does not answer costs spans and one warning a minute, nothing else. Throws CONFIG_INVALID when it is not an HTTP address.
 *
 * The Node SDK serves the process: spans that a user's handler makes through the API go where ours go, and OTEL_
 * variables hold. Roles need a name each, which its single resource can't give, so each has a provider of its own
 * on the same processor.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { endpoint, random, clock, flushMillis = 2000 } = options;
  if (endpoint === undefined) return { tracing: () => createTracing({ random }), shutdown: async () => {} };
  const url = tracesUrl(endpoint);
  const [node, sdk, resources, otlp] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const exporter = reporting(new otlp.OTLPTraceExporter({ url, timeoutMillis: flushMillis }), { url, clock, log: options.log });
  const processor = new sdk.BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: options.scheduleDelayMillis ?? 1000,
    maxQueueSize: 16_384,
    maxExportBatchSize: 1024,
  });
  const processSdk = new node.NodeSDK({
    serviceName: SERVICE_NAMESPACE,
    spanProcessors: [processor],
    instrumentations: [],
    resourceDetectors: [resources.envDetector],
  });
  processSdk.start();
  const provider = (role: string): ApiTracerProvider =>
    new sdk.TracerProvider({
      spanProcessors: [processor],
      resource: resources
        .defaultResource()
        .merge(resources.resourceFromAttributes({ [ATTRIBUTE.serviceName]: role, [ATTRIBUTE.serviceNamespace]: SERVICE_NAMESPACE })),
    });
  const roles = new Map<string, Tracing>();
  return {
    tracing: (role) => {
      const tracing = roles.get(role) ?? createTracing({ provider: provider(role), random });
      roles.set(role, tracing);
      return tracing;
    },
    shutdown: () => flushed(processSdk, clock, flushMillis),
  };
}

/** The SDK flushes the shared processor, and may wait for a dead endpoint much longer than a process should take to stop. */
async function flushed(sdk: { shutdown(): Promise<void> }, clock: Clock, flushMillis: number): Promise<void> {
  const done = new AbortController();
  const ended = sdk.shutdown().catch(() => {}); // the reporting exporter has said why
  await Promise.race([ended, clock.sleep(flushMillis, done.signal)]);
  done.abort();
}

type Reporting = { readonly url: string; readonly clock: Clock; readonly log: Log };

/** Says once a minute that spans are lost, and once that they are not any more. */
function reporting(inner: SpanExporter, { url, clock, log }: Reporting): SpanExporter {
  let lost = 0;
  let warnedAt = Number.NEGATIVE_INFINITY;
  const report = (spans: number, error: unknown): void => {
    if (error === undefined) {
      if (lost > 0) log.info({ endpoint: url, lost }, "traces are exported again");
      lost = 0;
      warnedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    lost += spans;
    if (clock.now() - warnedAt < WARN_EVERY_MILLIS) return;
    warnedAt = clock.now();
    log.warn({ endpoint: url, lost, reason: reasonOf(error) }, "traces can't be exported; work goes on without them");
  };
  return {
    export: (spans, done) =>
      inner.export(spans, (result) => {
        report(spans.length, result.code === 0 ? undefined : (result.error ?? "the endpoint refused them"));
        done(result);
      }),
    shutdown: () => inner.shutdown(),
    forceFlush: () => inner.forceFlush?.() ?? Promise.resolve(),
  };
}

function tracesUrl(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TroupeError("CONFIG_INVALID", {
      key: "TROUPE_OTLP_ENDPOINT",
      found: endpoint,
      allowed: "an address such as http://127.0.0.1:4318",
    });
  }
  if (!url.pathname.endsWith("/v1/traces")) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url.href;
}
