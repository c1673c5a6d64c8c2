import { TroupeError } from "@troupe/kernel";
import type { EventEntry } from "../../state.ts";
import { clearTimer, type Draft, setStatus, setTimer, tell } from "../draft.ts";
import { DEADLINE, PATIENCE } from "../timer-names.ts";
import { applyAnswer } from "./apply-answer.ts";

/** Events that may wait for a start in one document. */
export const EARLY_LIMIT = 100;

/** Rule 1: an event before its start waits in the document under the saga's own id. */
export function keep(draft: Draft, entry: EventEntry): undefined {
  const { saga } = draft;
  const early = saga.early ?? [];
  if (early.length >= EARLY_LIMIT) {
    throw new TroupeError("EARLY_EVENTS_FULL", { saga: `${saga.definition}/${saga.id}`, event: entry.name, limit: EARLY_LIMIT });
  }
  saga.early = [...early, { order: saga.order, entry }];
  if (saga.status === "awaiting" && early.length === 0) setTimer(draft, PATIENCE, draft.now + draft.definition.patienceMillis);
  tell(draft, { kind: "kept", event: entry.name });
}

/** Early events count before anything opens, in the order in which they came: what is done needs no command any more. */
export function start(draft: Draft, entry: EventEntry): undefined {
  const { saga, definition } = draft;
  const early = saga.early ?? [];
  delete saga.early;
  delete saga.startFault;
  setStatus(draft, "running", entry.name);
  saga.startedAt = draft.now;
  saga.start = entry.payload ?? {};
  if (entry.parent !== undefined) saga.parent = entry.parent;
  clearTimer(draft, PATIENCE);
  if (definition.deadlineMillis !== undefined) setTimer(draft, DEADLINE, draft.now + definition.deadlineMillis);
  tell(draft, { kind: "started" });
  for (const { entry: event, order } of early) applyAnswer(draft, event, order);
}

type Declining = { readonly cause: string; readonly forGood?: boolean; readonly parent?: string | undefined };

/** No saga comes of it: what comes later is counted only, for `patience` or (of a sub-saga that its parent gave up) for good. */
export function decline(draft: Draft, { cause, forGood = false, parent }: Declining): undefined {
  const { saga, definition } = draft;
  delete saga.early;
  delete saga.startFault;
  if (parent !== undefined) saga.parent = parent;
  if (saga.status !== "declined") setStatus(draft, "declined", cause);
  if (forGood) clearTimer(draft, PATIENCE);
  else setTimer(draft, PATIENCE, draft.now + definition.patienceMillis);
  tell(draft, { kind: "declined", cause });
}

/**
 * A saga asks for the start or the undo of an instance that it did not start. It is told, so that its step does not wait
 * for ever; this one goes on as if nothing had been asked.
 */
export function tellTaken(draft: Draft, { effect, what }: { effect: string; what: "started" | "undone" }): undefined {
  const { definition, id, parent = "an event" } = draft.saga;
  tell(draft, { kind: "taken", effect, cause: `${definition} ${id} was started by ${parent}, and can't be ${what} by ${effect}` });
}
