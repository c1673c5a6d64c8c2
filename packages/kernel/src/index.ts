export type {
  AssignedPartition,
  Batch,
  Bus,
  BusAdmin,
  BusGuarantees,
  BusHealth,
  BusRecord,
  GroupLag,
  OutboundRecord,
  SubscribeOptions,
  Subscription,
  TopicPartition,
  TopicSpec,
} from "./bus.ts";
export type { Clock, Random } from "./clock.ts";
export type { Codec, Decoded, EventDescription, OutboundEvent } from "./codec-port.ts";
export {
  addDecimals,
  compareDecimals,
  decimal,
  formatDecimal,
  multiplyDecimal,
  negateDecimal,
  parseDecimal,
  rescale,
  type Unscaled,
} from "./decimal.ts";
export {
  type Aging,
  ARCHIVED,
  type AtomicWork,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetters,
  type DocumentBody,
  type DocumentPage,
  type DocumentQuery,
  type DocumentStore,
  type Documents,
  type DocumentWrite,
  type DueDocument,
  type HistoryEntry,
  type OutboxEntry,
  type ParkingRows,
  SEARCH_VALUE_LIMIT,
  type SearchKeys,
  type Settings,
  type StoredDocument,
  type Trim,
  type Work,
  type WorkOutcome,
  type WriteOutcome,
} from "./documents.ts";
export { DEFAULT_TENANT, type Envelope, fromHeaders, type Headers, toHeaders } from "./envelope.ts";
export { type Details, type Disposition, ERRORS, type ErrorCode } from "./error-catalogue.ts";
export { explain, reasonOf, TroupeError } from "./errors.ts";
export type { ActFact, EventFact, Fact, Origin, TimerFact } from "./facts.ts";
export { type FieldDescription, type FieldType, fieldTypeText, type RecordFieldType, type UnionBranch } from "./field-types.ts";
export type { HttpRequest, HttpResponse, HttpRoute, JsonSchema, ReadinessCheck } from "./http.ts";
export { createIds, type Ids, type Sha256 } from "./ids.ts";
export type { Json, JsonObject, Payload, Value } from "./json.ts";
export type { Log, LogFields } from "./log.ts";
export type { AvroDuration, CalendarDate, Decimal, TimeMillis, TimestampMicros, TimestampMillis, Uuid } from "./logical-types.ts";
export { type DocumentName, documentId, parseDocumentId, shortName } from "./names.ts";
export {
  PARKED_DUE_AT,
  type ParkedAsk,
  type ParkedKey,
  type ParkedPlace,
  type ParkedRow,
  type ParkedRows,
  type ParkedTotals,
  recordPlace,
} from "./parking.ts";
export { murmur2, partitionOf, SHARDS, shardOf } from "./partitioning.ts";
export { nearest } from "./suggest.ts";
export { fromTaggedJson, toTaggedJson } from "./tagged-json.ts";
