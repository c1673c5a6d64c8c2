/** Names of spans: what happens and to which event, never an id, so that a trace store can group them. */
export const SPAN = {
  process: (event: string): string => `process ${event}`,
  publish: (event: string): string => `publish ${event}`,
  timer: (name: string): string => `timer ${name}`,
  reaction: (name: string): string => `reaction ${name}`,
  request: (method: string, route: string): string => `${method} ${route}`,
} as const;

/**
 * Names of span attributes. The `messaging.` ones follow the OpenTelemetry semantic conventions, which are not
 * stable for messaging; when they change, they change here.
 */
export const ATTRIBUTE = {
  topic: "messaging.destination.name",
  partition: "messaging.destination.partition.id",
  offset: "messaging.kafka.offset",
  messageId: "messaging.message.id",
  operation: "messaging.operation.type",
  correlationId: "troupe.correlation_id",
  causationId: "troupe.causation_id",
  tenant: "troupe.tenant",
  effect: "troupe.effect",
  saga: "troupe.saga",
  sagaId: "troupe.saga_id",
  step: "troupe.step",
  redelivered: "troupe.redelivered",
  waitedMillis: "troupe.waited_ms",
  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatus: "http.response.status_code",
  errorType: "error.type",
  serviceName: "service.name",
  serviceNamespace: "service.namespace",
} as const;

/** Names of metrics. Counters end in `_total`, times are seconds (Prometheus naming rules). */
export const METRIC = {
  records: "troupe_records_total",
  batches: "troupe_batches_total",
  batchRecords: "troupe_batch_records",
  commitSeconds: "troupe_commit_seconds",
  conflicts: "troupe_conflicts_total",
  duplicates: "troupe_duplicates_total",
  deadLetters: "troupe_dead_letters_total",
  published: "troupe_published_total",
  outboxUnsent: "troupe_outbox_unsent",
  timersFired: "troupe_timers_fired_total",
  lag: "troupe_lag_records",
  sagas: "troupe_sagas",
  sagasEnded: "troupe_sagas_ended_total",
  httpSeconds: "troupe_http_request_seconds",
  scrapeFailures: "troupe_scrape_failures_total",
} as const;

/** Namespace under which all roles of one installation stand in a trace store. */
export const SERVICE_NAMESPACE = "troupe";
