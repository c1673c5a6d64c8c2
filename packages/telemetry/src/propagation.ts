import type { Random } from "@troupe/kernel";

/** W3C Trace Context as it travels in headers. */
export type TraceHeaders = { readonly traceparent: string; readonly tracestate?: string };
/** What came in: maybe nothing, maybe nonsense. Record headers, HTTP headers and envelopes all fit. */
export type IncomingTrace = { readonly traceparent?: string; readonly tracestate?: string };

/** A traceparent taken apart. `traceId`: 32 lower-case hex digits, `spanId`: 16. */
export type TraceParent = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean };

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * Reads a traceparent (W3C Trace Context, level 1, section 3.2.2). Undefined for anything invalid: a broken context
 * starts a new trace instead of failing the message. Versions above 00 are read by their first four fields.
 */
export function parseTraceparent(text: string | undefined): TraceParent | undefined {
  const match = text === undefined ? null : FORM.exec(text);
  if (match === null) return undefined;
  const [, version = "", traceId = "", spanId = "", flags = "", more] = match;
  const known = version !== "ff" && (version !== "00" || more === undefined);
  if (!known || isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** A fresh traceparent for an origin without context. Not sampled: no span of it was recorded anywhere. */
export function randomTraceparent(random: Random): string {
  return formatTraceparent({ traceId: hex(random, 4), spanId: hex(random, 2), sampled: false });
}

/** The context to pass on where no span is made: what came in when it is valid, else a fresh one. */
export function passedOn(incoming: IncomingTrace, random: Random): TraceHeaders {
  const { traceparent, tracestate } = incoming;
  if (traceparent === undefined || parseTraceparent(traceparent) === undefined) return { traceparent: randomTraceparent(random) };
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** `words` times eight hex digits; the first is made non-zero because an id of zeros is invalid. */
function hex(random: Random, words: number): string {
  let text = "";
  for (let word = 0; word < words; word++) {
    const value = Math.floor(random.next() * 2 ** 32);
    text += (word === 0 ? Math.max(1, value) : value).toString(16).padStart(8, "0");
  }
  return text;
}

const isZero = (digits: string): boolean => /^0+$/.test(digits);
