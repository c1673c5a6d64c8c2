import type { AvroType } from "../schema/avro-type.ts";
import { canRead } from "./can-read.ts";
import { violationText } from "./violation.ts";

/** Levels of the Confluent registry. TRANSITIVE: against every earlier version instead of the latest alone. */
export const LEVELS = ["NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"] as const;
export type Level = (typeof LEVELS)[number];

export function isLevel(text: unknown): text is Level {
  return LEVELS.some((level) => level === text);
}

export type Version = { readonly version: number; readonly type: AvroType };

/**
 * Every violation of `level` by `candidate`, as sentences. BACKWARD: the candidate reads what earlier versions wrote;
 * FORWARD: earlier versions read what the candidate writes; FULL: both. `earlier` in order of version.
 */
export function violationsOf(level: Level, candidate: AvroType, earlier: readonly Version[]): readonly string[] {
  const compared = level.endsWith("_TRANSITIVE") ? earlier : earlier.slice(-1);
  return compared.flatMap(({ version, type }) => [
    ...(isBackward(level) ? canRead(candidate, type).map((violation) => `${violationText(violation)} (data of version ${version})`) : []),
    ...(isForward(level)
      ? canRead(type, candidate).map((violation) => `${violationText(violation)} (by readers of version ${version})`)
      : []),
  ]);
}

const isBackward = (level: Level): boolean => level.startsWith("BACKWARD") || level.startsWith("FULL");
const isForward = (level: Level): boolean => level.startsWith("FORWARD") || level.startsWith("FULL");
