import type { Log, LogFields } from "@troupe/kernel";
import type { HandlerSpan, Metrics, ProducerSpan, Span, Tracing } from "@troupe/telemetry";

/*
 * What a simulated process does not need: spans and metrics say nothing, and the log is a list of lines.
 */

const nothing = (): void => {};

const TRACEPARENT = "00-00000000000000000000000000000001-0000000000000001-00";
const headers = { traceparent: TRACEPARENT };
const produced: ProducerSpan = { ...headers, end: nothing };
const inner: HandlerSpan = { headers, end: nothing };
const span: Span = { headers, produce: () => produced, handler: () => inner, set: nothing, end: nothing, discard: nothing };

export const quietTracing: Tracing = {
  recording: false,
  consume: () => span,
  serverRequest: () => span,
  timer: () => span,
  produce: () => produced,
};

export const quietMetrics: Metrics = {
  records: nothing,
  batch: nothing,
  committed: nothing,
  conflicts: nothing,
  duplicates: nothing,
  deadLetters: nothing,
  published: nothing,
  timersFired: nothing,
  sagaEnded: nothing,
  outboxUnsent: nothing,
  lag: nothing,
  sagas: nothing,
  httpRequest: nothing,
  onScrape: nothing,
  text: async () => "",
  contentType: "text/plain",
};

export function logTo(line: (text: string) => void): Log {
  const say = (_: LogFields, text: string): void => line(text);
  const log: Log = { debug: nothing, info: say, warn: say, error: say, child: () => log };
  return log;
}
