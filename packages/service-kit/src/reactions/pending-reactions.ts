import type { Json } from "@troupe/kernel";
import type { EventMap, Reaction, RetryPolicy } from "../definition.ts";
import type { HandlerMemory } from "../handler-memory.ts";
import type { PendingReaction } from "../participant-state.ts";

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, backoffMillis: 200, maxMillis: 10_000, timeoutMillis: 10_000 };

/** After a crash the next owner waits this long beyond the attempt's own time before it runs the reaction again. */
export const GRACE_MILLIS = 1_000;

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

/** A reaction as it stands in the document now. */
export function putPending<Events extends EventMap, State extends Json>(
  memory: HandlerMemory<Events, State>,
  id: string,
  pending: PendingReaction,
): void {
  memory.state = { ...memory.state, pending: { ...memory.state.pending, [id]: pending } };
}
