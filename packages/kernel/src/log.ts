/** Fields of a log line. Names: saga, sagaId, step, correlationId, topic, partition, offset, traceparent, code. */
export type LogFields = { readonly [name: string]: unknown };

/** Structured log as a port: one line per change of state, written for the operator. */
export type Log = {
  debug(fields: LogFields, text: string): void;
  info(fields: LogFields, text: string): void;
  warn(fields: LogFields, text: string): void;
  error(fields: LogFields, text: string): void;
  child(fields: LogFields): Log;
};
