import type { EventFact, Json } from "@troupe/kernel";
import type { EventMap, Publish } from "./definition.ts";
import type { EffectRole, HandlerMemory } from "./handler-memory.ts";
import { restoreEvent, storeEvent } from "./participant-state.ts";
import { beginReactions } from "./reactions/begin-reactions.ts";

/**
 * An event from outside. Rules of effects: what comes behind `begun` waits until that has ended, so that it meets a
 * settled effect; a do after its undo is refused; everything else reaches the handlers, which learn where the effect stands.
 */
export function handleEvent<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>, fact: EventFact): void {
  const role = memory.roleOf(fact.name);
  if (role !== undefined && memory.isUnderWay(role.effect)) {
    memory.state = { ...memory.state, waiting: [...memory.state.waiting, storeEvent(fact)] };
    return;
  }
  if (role?.does && role.status === "undone") {
    memory.notice("info", `${fact.name} came after its undo and is refused`, { effect: role.effect });
    return;
  }
  const decided = decide(memory, fact, role);
  memory.evolve(fact.name, fact.payload as Events[string]); // decoded with the schema that Events was generated from
  if (role !== undefined && !role.does) memory.setEffect(role.effect, "undone");
  memory.publish(decided, { fact, by: "decide" });
  beginReactions(memory, fact, role);
}

function decide<Events extends EventMap, State extends Json>(
  memory: HandlerMemory<Events, State>,
  fact: EventFact,
  role: EffectRole | undefined,
): readonly Publish<Events>[] {
  const handler = memory.environment.definition.entity.decide[fact.name as keyof Events & string];
  if (handler === undefined) return [];
  return handler(memory.entity, memory.incoming(fact), { now: memory.now, effect: role?.status ?? "none", id: memory.idsFor(fact) });
}

/** Waiting events go on; one whose effect is under way again waits on. */
export function resumeWaiting<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>): void {
  const { waiting } = memory.state;
  memory.state = { ...memory.state, waiting: [] };
  for (const event of waiting) handleEvent(memory, restoreEvent(event));
}
