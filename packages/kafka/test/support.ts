import { setTimeout as wait } from "node:timers/promises";
import type { Bus, Clock, Log, LogFields } from "@troupe/kernel";
import { type KafkaOptions, openKafka } from "../src/index.ts";

/** Brokers of the tests; they must be up, a missing one fails the test with the adapter's own sentence. */
export const BROKERS: readonly string[] = (process.env["TROUPE_KAFKA_BROKERS"] ?? "127.0.0.1:19092").split(",");

export const clock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (millis, signal) => wait(millis, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

export type LogLine = { readonly level: string; readonly fields: LogFields; readonly text: string };

/** A log that keeps its lines. */
export function memoryLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const add =
    (level: string) =>
    (fields: LogFields, text: string): void =>
      void lines.push({ level, fields, text });
  const log = { lines, debug: add("debug"), info: add("info"), warn: add("warn"), error: add("error"), child: () => log };
  return log;
}

export const openBus = (options: Partial<KafkaOptions> = {}): Promise<Bus> =>
  openKafka({ brokers: BROKERS, clientId: "troupe-test", clock, log: memoryLog(), ...options });
