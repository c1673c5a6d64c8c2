import { randomBytes } from "node:crypto";
import { ask } from "./http.ts";
import { JAEGER } from "./servers.ts";
import { until } from "./until.ts";

/** A span of Jaeger's API v3 (OTLP as JSON, 64-bit numbers as text). `service`: the role that recorded it. */
export type Span = {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent on a root. */
  readonly parentSpanId?: string;
  /** 1 internal, 2 server, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
};

type Resource = {
  readonly resource: { readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue?: string } }> };
  readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Omit<Span, "service">> }>;
};

/** A caller's own trace: what it sends along, and by what it finds the trace again. */
export function newTrace(): { readonly traceId: string; readonly spanId: string; readonly headers: { readonly traceparent: string } } {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-01` } };
}

/** All spans that Jaeger has of a trace; none while it does not know it. */
export async function spansOf(traceId: string): Promise<readonly Span[]> {
  const answer = await ask(`${JAEGER}/api/v3/traces/${traceId}`);
  if (answer.status === 404) return [];
  const { result } = answer.json as { readonly result: { readonly resourceSpans: readonly Resource[] } }; // Jaeger's API v3
  return result.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "(no name)";
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

/** The trace once it holds spans with these titles and every parent but the caller's own: exporters send when they like. */
export async function wholeTrace(traceId: string, titles: readonly string[]): Promise<readonly Span[]> {
  return until(
    `the whole trace ${traceId}`,
    async () => {
      const spans = await spansOf(traceId);
      const missing = titles.filter((title) => !spans.some((span) => titleOf(span) === title));
      if (missing.length === 0 && rootsOf(spans).length === 1) return spans;
      throw new Error(`${spans.length} spans; missing ${missing.join(", ")}; without parent ${rootsOf(spans).map(titleOf).join(", ")}`);
    },
    { everyMs: 200, withinMs: 20_000 },
  );
}

export const titleOf = ({ service, name }: Span): string => `${service}: ${name}`;

/** Spans whose parent is not in the trace. */
export function rootsOf(spans: readonly Span[]): readonly Span[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId = "" }) => !ids.has(parentSpanId));
}

/** The span with this title and all its ancestors, the first cause first. */
export function chainTo(spans: readonly Span[], title: string): readonly Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const chain: Span[] = [];
  for (let span = spans.find((candidate) => titleOf(candidate) === title); span !== undefined; span = byId.get(span.parentSpanId ?? "")) {
    chain.unshift(span);
  }
  return chain;
}

/** The trace as an indented tree: what caused what, when it began after the first span, and how long it took. */
export function treeOf(spans: readonly Span[]): string {
  const first = startOf(spans.toSorted(byStart)[0]);
  const branch = (span: Span, depth: number): readonly string[] => {
    const [began, took] = [millis(startOf(span) - first), millis(BigInt(span.endTimeUnixNano) - startOf(span))];
    const line = `${began.padStart(8)} ${took.padStart(7)}  ${"  ".repeat(depth)}${titleOf(span)}`;
    const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId).toSorted(byStart);
    return [line, ...children.flatMap((child) => branch(child, depth + 1))];
  };
  const roots = rootsOf(spans).toSorted(byStart);
  return [`${"at ms".padStart(8)} ${"took ms".padStart(7)}`, ...roots.flatMap((root) => branch(root, 0))].join("\n");
}

const startOf = (span: Span | undefined): bigint => BigInt(span?.startTimeUnixNano ?? 0);
const millis = (nanos: bigint): string => (Number(nanos) / 1e6).toFixed(1);
const byStart = (a: Span, b: Span): number => (startOf(a) < startOf(b) ? -1 : 1);
