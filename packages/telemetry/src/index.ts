export { createLog, type LogLevel, type LogOptions } from "./log.ts";
export { createMetrics, type Metrics, type MetricsOptions, type RecordOutcome } from "./metrics.ts";
export { ATTRIBUTE, METRIC, SERVICE_NAMESPACE, SPAN } from "./names.ts";
export {
  formatTraceparent,
  type IncomingTrace,
  parseTraceparent,
  passedOn,
  randomTraceparent,
  type TraceHeaders,
  type TraceParent,
} from "./propagation.ts";
export { createTracing, type TracingOptions } from "./spans.ts";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./start.ts";
export {
  type Attributes,
  type ConsumeOptions,
  type HandlerSpan,
  LONG_WAIT_MILLIS,
  type ProducedMessage,
  type ProducerSpan,
  passThroughTracing,
  type Span,
  type TimerWork,
  type Tracing,
} from "./tracing.ts";
