import {
  createTraceState,
  type SpanContext as OtelContext,
  type SpanOptions as OtelOptions,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { type Envelope, type Origin, type Random, reasonOf, shortName, TroupeError } from "@troupe/kernel";
import { ATTRIBUTE, SPAN } from "./names.ts";
import { formatTraceparent, type IncomingTrace, parseTraceparent, type TraceHeaders } from "./propagation.ts";
import {
  type Attributes,
  LONG_WAIT_MILLIS,
  type ProducedMessage,
  type ProducerSpan,
  passThroughTracing,
  type Span,
  type TimerWork,
  type Tracing,
} from "./tracing.ts";

export type TracingOptions = {
  /** Of the role: its resource carries the role's `service.name`. Without one nothing is recorded. */
  readonly provider?: TracerProvider | undefined;
  readonly random: Random;
};

/** Spans of one role. Parents are always given explicitly, so no context manager and no propagator is needed. */
export function createTracing({ provider, random }: TracingOptions): Tracing {
  if (provider === undefined) return passThroughTracing(random);
  const tracer = provider.getTracer("troupe");
  return {
    recording: true,
    consume: (origin, envelope, options) => consume(tracer, { origin, envelope, redelivered: options?.redelivered ?? false }),
    serverRequest: (method, route, headers) =>
      work(tracer, remote(headers), {
        name: SPAN.request(method, route),
        kind: SpanKind.SERVER,
        attributes: { [ATTRIBUTE.httpMethod]: method, [ATTRIBUTE.httpRoute]: route },
      }),
    timer: (timer) => timerSpan(tracer, timer),
    produce: (parent, message, topic) => produce(tracer, remote(parent), { message, topic, attempt: KEPT }),
  };
}

type Start = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly link?: OtelContext | undefined;
};

function consume(tracer: Tracer, from: { readonly origin: Origin; readonly envelope: Envelope; readonly redelivered: boolean }): Span {
  const { origin, envelope, redelivered } = from;
  const cause = remote(envelope);
  return work(tracer, redelivered ? undefined : cause, {
    name: SPAN.process(shortName(envelope.type)),
    kind: SpanKind.CONSUMER,
    link: redelivered ? cause : undefined,
    attributes: {
      [ATTRIBUTE.operation]: "process",
      [ATTRIBUTE.topic]: origin.topic,
      [ATTRIBUTE.partition]: String(origin.partition),
      [ATTRIBUTE.offset]: origin.offset,
      [ATTRIBUTE.messageId]: envelope.id,
      [ATTRIBUTE.correlationId]: envelope.correlationId,
      [ATTRIBUTE.causationId]: envelope.causationId,
      [ATTRIBUTE.effect]: envelope.effect,
      [ATTRIBUTE.tenant]: envelope.tenant,
      [ATTRIBUTE.redelivered]: redelivered ? true : undefined,
    },
  });
}

function timerSpan(tracer: Tracer, timer: TimerWork): Span {
  const cause = timer.from === undefined ? undefined : remote(timer.from);
  const long = timer.waitedMillis > LONG_WAIT_MILLIS;
  return work(tracer, long ? undefined : cause, {
    name: timer.kind === "reaction" ? SPAN.reaction(timer.name) : SPAN.timer(timer.name),
    kind: SpanKind.INTERNAL,
    link: long ? cause : undefined,
    attributes: { ...timer.attributes, [ATTRIBUTE.waitedMillis]: timer.waitedMillis },
  });
}

/** One try of the work; what was made in a discarded one is not exported. */
type Attempt = { readonly discarded: boolean };
const KEPT: Attempt = { discarded: false };

/** A span that other spans hang from. */
function work(tracer: Tracer, parent: OtelContext | undefined, start: Start): Span {
  const span = open(tracer, parent, start);
  const own = span.spanContext();
  let attempt = { discarded: false };
  return {
    headers: headersOf(own),
    produce: (message, topic) => produce(tracer, own, { message, topic, attempt }),
    handler: (name, attributes = {}) => {
      const of = attempt;
      const inner = open(tracer, own, { name, kind: SpanKind.INTERNAL, attributes });
      return { headers: headersOf(inner.spanContext()), end: (error) => close(inner, of, error) };
    },
    set: (attributes) => void span.setAttributes(defined(attributes)),
    end: (error) => close(span, KEPT, error),
    discard: () => {
      attempt.discarded = true;
      attempt = { discarded: false };
    },
  };
}

type Produce = { readonly message: ProducedMessage; readonly topic: string; readonly attempt: Attempt };

function produce(tracer: Tracer, parent: OtelContext | undefined, { message, topic, attempt }: Produce): ProducerSpan {
  const span = open(tracer, parent, {
    name: SPAN.publish(shortName(message.type)),
    kind: SpanKind.PRODUCER,
    attributes: {
      [ATTRIBUTE.operation]: "send",
      [ATTRIBUTE.topic]: topic,
      [ATTRIBUTE.messageId]: message.id,
      [ATTRIBUTE.correlationId]: message.correlationId,
      [ATTRIBUTE.effect]: message.effect,
    },
  });
  return { ...headersOf(span.spanContext()), end: (error) => close(span, attempt, error) };
}

function open(tracer: Tracer, parent: OtelContext | undefined, start: Start): OtelSpan {
  const options: OtelOptions = { kind: start.kind, attributes: defined(start.attributes) };
  if (start.link !== undefined) options.links = [{ context: start.link }];
  return tracer.startSpan(start.name, options, parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent));
}

/** A span that is never ended is never exported: that is how work lost to a conflict leaves no trace. */
function close(span: OtelSpan, attempt: Attempt, error: unknown): void {
  if (attempt.discarded) return;
  if (error !== undefined) {
    span.setAttribute(ATTRIBUTE.errorType, error instanceof TroupeError ? error.code : error instanceof Error ? error.name : "error");
    span.setStatus({ code: SpanStatusCode.ERROR, message: reasonOf(error) });
  }
  span.end();
}

function remote(incoming: IncomingTrace): OtelContext | undefined {
  const parent = parseTraceparent(incoming.traceparent);
  if (parent === undefined) return undefined;
  const context: OtelContext = {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  if (incoming.tracestate !== undefined) context.traceState = createTraceState(incoming.tracestate);
  return context;
}

function headersOf(context: OtelContext): TraceHeaders {
  const sampled = (context.traceFlags & TraceFlags.SAMPLED) === TraceFlags.SAMPLED;
  const traceparent = formatTraceparent({ traceId: context.traceId, spanId: context.spanId, sampled });
  const tracestate = context.traceState?.serialize();
  return tracestate === undefined || tracestate === "" ? { traceparent } : { traceparent, tracestate };
}

function defined(attributes: Attributes): { [name: string]: string | number | boolean } {
  const found: { [name: string]: string | number | boolean } = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) found[name] = value;
  return found;
}
