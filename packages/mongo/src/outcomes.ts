import type { WriteOutcome } from "@troupe/kernel";
import { MongoBulkWriteError } from "mongodb";
import { reasonFrom } from "./errors.ts";

const DUPLICATE_KEY = 11_000;
/** Codes with which the server says that it will never take this operation: object too large (10334, 17419, 17420), document validation (121). */
const REFUSED: ReadonlySet<number> = new Set([10_334, 17_419, 17_420, 121]);
const OK: WriteOutcome = { kind: "ok" };
const CONFLICT: WriteOutcome = { kind: "conflict" };

/**
 * Outcome of each of `count` operations from what their unordered bulk threw, undefined when it resolved. Only an answer
 * that names single operations says anything about the others; after everything else all of them are unknown. So they are
 * when the write concern failed: the writes stand on the primary, but may be rolled back.
 */
export function outcomesOf(count: number, error: unknown): WriteOutcome[] {
  const outcomes = new Array<WriteOutcome>(count).fill(OK);
  if (error === undefined) return outcomes;
  const unknown: WriteOutcome = { kind: "unknown", reason: reasonFrom(error) };
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) return outcomes.fill(unknown);
  const failures = [error.writeErrors].flat();
  if (failures.length === 0) return outcomes.fill(unknown);
  for (const { index, code, errmsg } of failures) outcomes[index] = outcomeOf(code ?? 0, errmsg ?? "");
  return outcomes;
}

function outcomeOf(code: number, reason: string): WriteOutcome {
  if (code === DUPLICATE_KEY) return CONFLICT;
  return REFUSED.has(code) ? { kind: "refused", reason } : { kind: "unknown", reason: `${reason} (code ${code})` };
}
