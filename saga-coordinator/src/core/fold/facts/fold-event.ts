import type { EventEntry } from "../../state.ts";
import { type Draft, tell, unexpected } from "../draft.ts";
import { applyAnswer } from "./apply-answer.ts";
import { matchStart } from "./match.ts";
import { decline, keep, start, tellTaken } from "./starting.ts";

/** Folds an event, whatever the saga is: its start, an early one, or an answer. Throws EARLY_EVENTS_FULL. */
export function foldEvent(draft: Draft, entry: EventEntry): undefined {
  const { status, parent } = draft.saga;
  const hasBegun = status !== "awaiting" && status !== "unmatched";
  if (hasBegun && entry.parent !== undefined && entry.parent !== parent) return tellTaken(draft, { effect: entry.parent, what: "started" });
  if (status === "declined") return tell(draft, { kind: "recorded", event: entry.name, reason: "the saga was declined" });
  if (hasBegun) return applyAnswer(draft, entry, draft.saga.order);
  const match = matchStart(draft, entry);
  if (match === "start") return start(draft, entry);
  if (match === "other") return keep(draft, entry);
  if (match === "declined") return decline(draft, { cause: `the guard of ${entry.name} is false`, parent: entry.parent });
  draft.saga.startFault = match.cause;
  unexpected(draft, entry.name, { reason: match.cause });
}
