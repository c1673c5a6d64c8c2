import { type Fact, TroupeError } from "@troupe/kernel";
import type { Current, DocumentFold } from "../document-fold.ts";

/** Part of the limit that is kept, on top, for what ends things: answers to undos, timers, acts of an operator. */
const RESERVE = 0.2;

/** Throws HISTORY_FULL when the history holds its fill for a fact of this kind. `held`: entries so far. */
export function requireHistoryRoom(
  fact: Fact,
  { held, limit, current, fold }: { held: number; limit: number; current: Current | undefined; fold: DocumentFold },
): void {
  if (held < limit || current === undefined) return;
  const reserved = fact.kind !== "event" || fold.takesReserve?.(current, fact) === true;
  if (reserved && held < Math.ceil(limit * (1 + RESERVE))) return;
  throw new TroupeError("HISTORY_FULL", { document: current.id, held, fact: fact.name });
}
