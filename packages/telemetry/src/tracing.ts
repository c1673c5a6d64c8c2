import type { Envelope, Origin, Random } from "@troupe/kernel";
import { type IncomingTrace, passedOn, type TraceHeaders } from "./propagation.ts";

/** Attribute names stand in names.ts. Undefined values are left out. */
export type Attributes = { readonly [name: string]: string | number | boolean | undefined };

/** What of a message stands on its producer span. `type` is the full or the short event name. */
export type ProducedMessage = Pick<Envelope, "id" | "type"> & {
  readonly correlationId?: string | undefined;
  readonly effect?: string | undefined;
};

/** One message on its way out. Its trace context goes into the headers; `end` is called when it is durable on the bus. */
export type ProducerSpan = TraceHeaders & { end(error?: unknown): void };

/** A piece of work inside another span. */
export type HandlerSpan = {
  /** Context for calls to the outside. */
  readonly headers: TraceHeaders;
  end(error?: unknown): void;
};

/** Work that a message, a request or a timer causes. Ended once, when its outcome is durable. */
export type Span = {
  /** Context of this span: what a saga stores so that its timers can continue the trace. */
  readonly headers: TraceHeaders;
  /** A producer span as child; ended by the caller after publishing, which may be after this span ended. */
  produce(message: ProducedMessage, topic: string): ProducerSpan;
  /** An inner span around a handler, with saga, sagaId and step where they are known. */
  handler(name: string, attributes?: Attributes): HandlerSpan;
  set(attributes: Attributes): void;
  end(error?: unknown): void;
  /**
   * The work was lost to a conflict: what was made from this span so far is never exported. The work may be done again
   * under it; a span that is never ended is never exported either.
   */
  discard(): void;
};

export type ConsumeOptions = {
  /**
   * The fact of the record was folded before, so nothing will follow from it. Such a span starts a short trace of its
   * own that links to the message: a link to one's own parent would hide the parent in Jaeger.
   */
  readonly redelivered?: boolean;
};

export type TimerWork = {
  readonly name: string;
  /** What the span is called before its name. Default `timer`; a reaction that a durable `begun` started is no timer. */
  readonly kind?: "timer" | "reaction";
  /** Context that the document stored when it set the timer. */
  readonly from: IncomingTrace | undefined;
  /** How long the timer ran, milliseconds. Above an hour the span links to `from` instead of continuing its trace. */
  readonly waitedMillis: number;
  readonly attributes?: Attributes;
};

/** Spans at the ports of one role. Never throws, never rejects a message because of its trace context. */
export type Tracing = {
  /** False: nothing is recorded, contexts are passed on. */
  readonly recording: boolean;
  /** `process <EventName>`, child of the context in the envelope. */
  consume(origin: Origin, envelope: Envelope, options?: ConsumeOptions): Span;
  /** `<METHOD> <route>`, child of the caller's context. Header names are lower case. */
  serverRequest(method: string, route: string, headers: IncomingTrace): Span;
  /** `timer <name>`, or `reaction <name>`. */
  timer(work: TimerWork): Span;
  /** A producer span as child of a context that arrived as text, e.g. in the headers of a request. */
  produce(parent: IncomingTrace, message: ProducedMessage, topic: string): ProducerSpan;
};

/** Waits longer than this cut a trace into linked ones, because trace stores draw days badly. */
export const LONG_WAIT_MILLIS = 3_600_000;

/** Tracing without an SDK: nothing is recorded, and every hop still carries a valid context. */
export function passThroughTracing(random: Random): Tracing {
  const pass = (incoming: IncomingTrace): Span => passThroughSpan(passedOn(incoming, random));
  return {
    recording: false,
    consume: (_origin, envelope) => pass(envelope),
    serverRequest: (_method, _route, headers) => pass(headers),
    timer: (work) => pass(work.from ?? {}),
    produce: (parent) => ({ ...passedOn(parent, random), end: nothing }),
  };
}

function passThroughSpan(headers: TraceHeaders): Span {
  const produced: ProducerSpan = { ...headers, end: nothing };
  const inner: HandlerSpan = { headers, end: nothing };
  return { headers, produce: () => produced, handler: () => inner, set: nothing, end: nothing, discard: nothing };
}

function nothing(): void {}
