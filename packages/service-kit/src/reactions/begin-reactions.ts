import type { EventFact, Json } from "@troupe/kernel";
import type { EventMap } from "../definition.ts";
import type { EffectRole, HandlerMemory } from "../handler-memory.ts";
import { storeEvent } from "../participant-state.ts";
import { GRACE_MILLIS, putPending, type ReactionRun, retryOf } from "./pending-reactions.ts";

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
    const id = memory.environment.tools.ids.messageId("reaction-run", [memory.environment.definition.name, reaction.name, fact.identity]);
    const dueAt = memory.now + retryOf(reaction).timeoutMillis + GRACE_MILLIS;
    const before = memory.state.pending[id]; // redriven before the end of its last attempt was folded: that end counts no more
    const effectBefore = before?.effectBefore ?? role?.status ?? "none";
    const attempt = (before?.attempt ?? 0) + 1;
    putPending(memory, id, { reaction: reaction.name, event: storeEvent(fact), attempt, dueAt, trace: memory.state.trace, effectBefore });
    if (role?.does) memory.setEffect(role.effect, "begun");
    memory.runs.push({ id } satisfies ReactionRun);
  }
}
