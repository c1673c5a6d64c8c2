/**
 * Logical types of Avro as branded carriers, so that an amount cannot be passed where a date is meant.
 * All but bytes are plain data; `Decimal` is text because an IEEE double cannot hold money.
 */
declare const brand: unique symbol;
type Branded<Carrier, Name extends string> = Carrier & { readonly [brand]: Name };

/** Canonical decimal text with exactly the scale of its schema, e.g. `-12.50`. Compare with `compareDecimals`. */
export type Decimal = Branded<string, "decimal">;
/** RFC 9562 text, lower case. */
export type Uuid = Branded<string, "uuid">;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type TimestampMillis = Branded<number, "timestamp-millis">;
/** Microseconds since 1970-01-01T00:00:00Z. */
export type TimestampMicros = Branded<bigint, "timestamp-micros">;
/** Calendar date, `YYYY-MM-DD`. */
export type CalendarDate = Branded<string, "date">;
/** Milliseconds after midnight. */
export type TimeMillis = Branded<number, "time-millis">;
/** Avro `duration`: three independent counts, because a month has no fixed length. */
export type AvroDuration = { readonly months: number; readonly days: number; readonly millis: number };
