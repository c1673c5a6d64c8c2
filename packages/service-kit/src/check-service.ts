import { type Codec, type Json, TroupeError } from "@troupe/kernel";
import type { EventMap, ServiceDefinition } from "./definition.ts";

/** Names what is wrong with a service before anything runs. Throws EVENT_UNKNOWN or CONFIG_INVALID. */
export function checkService<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  codec: Codec,
): void {
  checkEvents(definition, codec);
  checkReadBack(definition);
  const { name } = definition;
  const names = (definition.reactions ?? []).map((reaction) => reaction.name);
  const twice = names.find((reaction, at) => names.indexOf(reaction) !== at);
  if (twice !== undefined) throw invalid(`${name}.reactions`, twice, "names that differ: the idempotency key follows from them");
}

/** A misspelt event name would be waited for in vain: every name must have a schema. */
function checkEvents<Events extends EventMap, State extends Json>(
  { name, publishes, effects }: ServiceDefinition<Events, State>,
  codec: Codec,
): void {
  for (const event of publishes) codec.describe(event);
  for (const [effect, rule] of Object.entries(effects ?? {})) {
    for (const event of [...rule.do, ...rule.done, ...rule.undo]) codec.describe(String(event));
    const foreign = rule.done.find((event) => !publishes.some((own) => own === event));
    if (foreign !== undefined) throw invalid(`${name}.effects.${effect}.done`, String(foreign), publishes.join(", "));
  }
}

/** What handlers publish is applied when it is decided; a handler on the same event would have it applied once more. */
function checkReadBack<Events extends EventMap, State extends Json>(definition: ServiceDefinition<Events, State>): void {
  const { name, publishes, entity, reactions } = definition;
  const handled = new Set([...Object.keys(entity.decide), ...(reactions ?? []).map(({ on }) => String(on))]);
  const twice = publishes.find((event) => handled.has(event));
  if (twice !== undefined) throw invalid(`${name}.publishes`, twice, "events that no handler of the service reads");
}

function invalid(key: string, found: string, allowed: string): TroupeError {
  return new TroupeError("CONFIG_INVALID", { key, found, allowed });
}
