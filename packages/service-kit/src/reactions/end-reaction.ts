import { fromTaggedJson, type Json, type Payload } from "@troupe/kernel";
import type { EventMap, Publish } from "../definition.ts";
import { resumeWaiting } from "../handle-event.ts";
import type { HandlerMemory } from "../handler-memory.ts";
import { restoreEvent } from "../participant-state.ts";
import { GRACE_MILLIS, putPending, type ReactionEnd, type ReactionRun, retryOf, type StoredPublish } from "./pending-reactions.ts";

/** A reaction that this version does not know (it was renamed or removed) is kept, and named this often. */
const UNKNOWN_AGAIN_MILLIS = 3_600_000;

/** Its time has come again: after a failed attempt, or because the process that ran it is gone. */
export function retryReaction<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>, id: string): void {
  const pending = memory.state.pending[id];
  if (pending === undefined) return;
  const reaction = memory.environment.definition.reactions?.find(({ name }) => name === pending.reaction);
  if (reaction === undefined) {
    putPending(memory, id, { ...pending, dueAt: memory.now + UNKNOWN_AGAIN_MILLIS });
    memory.notice("error", `reaction ${pending.reaction} began on ${pending.event.name} and is not defined here any more`, { id });
    return;
  }
  putPending(memory, id, { ...pending, attempt: pending.attempt + 1, dueAt: memory.now + retryOf(reaction).timeoutMillis + GRACE_MILLIS });
  memory.runs.push({ id } satisfies ReactionRun);
}

/** An attempt is over. An end of another attempt than the one under way changes nothing but for success, which counts once. */
export function endReaction<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>, end: ReactionEnd): void {
  const pending = memory.state.pending[end.id];
  const reaction = memory.environment.definition.reactions?.find(({ name }) => name === pending?.reaction);
  if (pending === undefined || reaction === undefined) return;
  const fact = restoreEvent(pending.event);
  if (!end.ok && end.attempt !== pending.attempt) return;
  if (!end.ok && !end.givenUp) {
    const { backoffMillis, maxMillis } = retryOf(reaction);
    const wait = Math.min(maxMillis, backoffMillis * 2 ** (end.attempt - 1));
    putPending(memory, end.id, { ...pending, dueAt: memory.now + wait });
    memory.notice("warn", `${pending.reaction} failed on ${fact.name}, again in ${wait} ms: ${end.reason}`, { attempt: end.attempt });
    return;
  }
  const { [end.id]: _, ...rest } = memory.state.pending;
  memory.state = { ...memory.state, pending: rest };
  const role = memory.roleOf(fact.name);
  if (role?.does && role.status === "begun" && !memory.isUnderWay(role.effect)) memory.setEffect(role.effect, pending.effectBefore);
  if (end.ok) memory.publish(end.publish.map(restorePublish<Events>), { fact, by: pending.reaction });
  else
    memory.notice("error", `${pending.reaction} gave up on ${fact.name} after ${end.attempt} attempts: ${end.reason}`, {
      attempt: end.attempt,
    });
  resumeWaiting(memory);
}

function restorePublish<Events extends EventMap>(stored: StoredPublish): Publish<Events> {
  return { ...stored, payload: fromTaggedJson(stored.payload) as Payload } as unknown as Publish<Events>; // stored from a Publish by run-reactions.ts
}
