import { type EventFact, fromTaggedJson, type Json, type Payload } from "@troupe/kernel";
import type { EventMap, Publish, Reaction, RetryPolicy } from "../definition.ts";
import type { EffectRole, HandlerMemory } from "../handle-event.ts";
import { type PendingReaction, restoreEvent, storeEvent } from "../participant-state.ts";

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, backoffMillis: 200, maxMillis: 10_000, timeoutMillis: 10_000 };

/** After a crash the next owner waits this long beyond the attempt's own time before it runs the reaction again. */
const GRACE_MILLIS = 1_000;
/** A reaction that this version does not know (it was renamed or removed) is kept, and named this often. */
const UNKNOWN_AGAIN_MILLIS = 3_600_000;

/** A message that a reaction decided, as documents keep it: payload in tagged JSON. */
export type StoredPublish = { readonly name: string; readonly payload: Json; readonly afterMillis?: number };

/** What run-reactions.ts tells the document when an attempt is over. */
export type ReactionEnd =
  | {
      readonly id: string;
      readonly attempt: number;
      readonly ok: true;
      readonly publish: readonly StoredPublish[];
    }
  | { readonly id: string; readonly attempt: number; readonly ok: false; readonly reason: string; readonly givenUp: boolean };

export type ReactionRun = { readonly id: string };

export function retryOf<Events extends EventMap, State extends Json>(reaction: Reaction<Events, State>): RetryPolicy {
  return { ...DEFAULT_RETRY, ...reaction.retry };
}

/**
 * `begun` goes into the document before anything runs. A do that finds its effect done begins only where `when` says so:
 * a second request under another id must not do it twice by default.
 */
export function beginReactions<Events extends EventMap, State extends Json>(
  memory: HandlerMemory<Events, State>,
  fact: EventFact,
  role: EffectRole | undefined,
): void {
  for (const reaction of memory.environment.definition.reactions ?? []) {
    if (reaction.on !== fact.name) continue;
    if (role?.does && role.status === "done" && reaction.when === undefined) continue;
    if (reaction.when !== undefined && !reaction.when(memory.entity, memory.incoming(fact), role?.status ?? "none")) continue;
    const id = memory.environment.tools.ids.messageId("reaction-run", [reaction.name, fact.identity]);
    const pending = {
      reaction: reaction.name,
      event: storeEvent(fact),
      attempt: 1,
      dueAt: memory.now + retryOf(reaction).timeoutMillis + GRACE_MILLIS,
      trace: memory.state.trace,
      effectBefore: role?.status ?? "none",
    };
    put(memory, id, pending);
    if (role?.does) memory.setEffect(role.effect, "begun");
    memory.runs.push({ id } satisfies ReactionRun);
  }
}

/** Its time has come again: after a failed attempt, or because the process that ran it is gone. */
export function retryReaction<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>, id: string): void {
  const pending = memory.state.pending[id];
  if (pending === undefined) return;
  const reaction = memory.environment.definition.reactions?.find(({ name }) => name === pending.reaction);
  if (reaction === undefined) {
    put(memory, id, { ...pending, dueAt: memory.now + UNKNOWN_AGAIN_MILLIS });
    memory.notice("error", `reaction ${pending.reaction} began on ${pending.event.name} and is not defined here any more`, { id });
    return;
  }
  put(memory, id, { ...pending, attempt: pending.attempt + 1, dueAt: memory.now + retryOf(reaction).timeoutMillis + GRACE_MILLIS });
  memory.runs.push({ id } satisfies ReactionRun);
}

function put<Events extends EventMap, State extends Json>(
  memory: HandlerMemory<Events, State>,
  id: string,
  pending: PendingReaction,
): void {
  memory.state = { ...memory.state, pending: { ...memory.state.pending, [id]: pending } };
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
    put(memory, end.id, { ...pending, dueAt: memory.now + wait });
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
  memory.resumeWaiting();
}

function restorePublish<Events extends EventMap>(stored: StoredPublish): Publish<Events> {
  return { ...stored, payload: fromTaggedJson(stored.payload) as Payload } as unknown as Publish<Events>; // stored from a Publish by run-reactions.ts
}
