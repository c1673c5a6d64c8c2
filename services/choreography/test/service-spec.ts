import { createHash } from "node:crypto";
import { createIds, type EventFact, type Json, type TimestampMillis, type Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import type { DecideContext, EffectStatus, EventMap, ReactionContext, ServiceDefinition } from "@troupe/service-kit";

/**
 * Plays one key of a service in memory, by the promises of the kit's definition.ts and nothing else: no engine, no bus.
 * What `begun` means is in the open, so that a test can put anything between the start and the end of a reaction.
 */
export type Told = {
  [N in keyof EventPayloads]: { readonly name: N; readonly payload: EventPayloads[N]; readonly id: string };
}[keyof EventPayloads];
/** A message that was published; `afterMillis` says that it waits. */
export type Message = Told & { readonly afterMillis?: number };

/** A ServiceDefinition that has forgotten which payload belongs to which name: a driver finds handlers by name. */
export type Service = {
  readonly name: string;
  readonly entity: {
    readonly initial: Json;
    readonly decide: { readonly [name: string]: (state: Json, event: Incoming, context: DecideContext) => readonly Published[] };
    readonly evolve: { readonly [name: string]: (state: Json, payload: Told["payload"], context: { readonly now: number }) => Json };
  };
  readonly reactions?: readonly Reaction[];
  readonly effects?: { readonly [effect: string]: { readonly [part in "do" | "done" | "undo"]: readonly string[] } };
};
type Incoming = Omit<Told, "id"> & { readonly envelope: EventFact["envelope"] };
type Published = Omit<Message, "id">;
type Reaction = {
  readonly name: string;
  readonly on: string;
  readonly when?: (state: Json, event: Incoming, effect: EffectStatus) => boolean;
  readonly handle: (event: Incoming, context: ReactionContext<Json>) => Promise<readonly Published[]>;
};

export type Standing = { readonly state: Json; readonly effect: EffectStatus };
export type Running = { readonly reaction: Reaction; readonly event: Told; readonly state: Json; readonly before: EffectStatus };
export type Step = { readonly standing: Standing; readonly published: readonly Message[]; readonly running: readonly Running[] };

const ids = createIds((data) => createHash("sha256").update(data).digest());
export const uuid = (...parts: readonly string[]): Uuid => ids.messageId("spec", parts) as Uuid; // messageId is a UUID by its contract
export const NOW = Date.parse("2026-03-01T10:00:00Z") as TimestampMillis; // milliseconds, as the clock gives them

/** A service as the driver sees it. */
export function loose<Events extends EventMap, State extends Json>(definition: ServiceDefinition<Events, State>): Service {
  return definition as unknown as Service; // sound as long as the driver passes an event only to a handler of its name
}

export const atRest = (service: Service): Standing => ({ state: service.entity.initial, effect: "none" });

/** What a service does when it reads an event: decide on the state before it, fold it and what was decided, begin reactions. */
export function receive(service: Service, standing: Standing, event: Told): Step {
  const rule = effectRule(service);
  const isDo = rule?.do.includes(event.name) ?? false;
  if (isDo && standing.effect === "undone") return { standing, published: [], running: [] };
  const context = { ...contextOf(service, event), effect: standing.effect };
  const published = messages(service, event, service.entity.decide[event.name]?.(standing.state, incoming(event), context) ?? []);
  const settled = apply(service, { state: evolve(service, standing.state, event), effect: standing.effect }, published);
  const effect = rule?.undo.includes(event.name) ? "undone" : settled.effect;
  const running = due(service, settled.state, { event, effect: standing.effect });
  return { standing: { state: settled.state, effect: isDo && running.length > 0 ? "begun" : effect }, published, running };
}

/** An undo that finds its effect begun is read when the reaction has ended. */
export function mustWait(service: Service, standing: Standing, event: Told): boolean {
  return standing.effect === "begun" && (effectRule(service)?.undo.includes(event.name) ?? false);
}

/** The end of a reaction: its handler runs and what it publishes is folded. */
export async function finish(service: Service, standing: Standing, { reaction, event, state, before }: Running): Promise<Step> {
  const idempotencyKey = uuid(service.name, reaction.name, event.id);
  const context = { ...contextOf(service, event), state, idempotencyKey, effect: before, signal: new AbortController().signal };
  const published = messages(service, event, await reaction.handle(incoming(event), context));
  const reverted = standing.effect === "begun" ? before : standing.effect;
  return { standing: apply(service, { state: standing.state, effect: reverted }, published), published, running: [] };
}

/** Reads events one after the other, each reaction finished before the next event. */
export async function tell(service: Service, events: readonly Told[], from: Standing = atRest(service)): Promise<Step> {
  let standing = from;
  const published: Message[] = [];
  for (const event of events) {
    const step = receive(service, standing, event);
    standing = step.standing;
    published.push(...step.published);
    for (const running of step.running) {
      const end = await finish(service, standing, running);
      standing = end.standing;
      published.push(...end.published);
    }
  }
  return { standing, published, running: [] };
}

function due(service: Service, state: Json, { event, effect }: { event: Told; effect: EffectStatus }): readonly Running[] {
  return (service.reactions ?? [])
    .filter((reaction) => reaction.on === event.name && (reaction.when?.(state, incoming(event), effect) ?? true))
    .map((reaction) => ({ reaction, event, state, before: effect }));
}

function evolve(service: Service, state: Json, event: Told): Json {
  return service.entity.evolve[event.name]?.(state, event.payload, { now: NOW }) ?? state;
}

function apply(service: Service, standing: Standing, published: readonly Message[]): Standing {
  const rule = effectRule(service);
  return published.reduce<Standing>(
    ({ state, effect }, message) => ({
      state: evolve(service, state, message),
      effect: rule?.done.includes(message.name) && effect !== "undone" ? "done" : effect,
    }),
    standing,
  );
}

function messages(service: Service, cause: Told, published: readonly Published[]): readonly Message[] {
  // Omit has split the union of names from the union of payloads; the handler's own types have kept them together
  return published.map((event, at) => ({ ...event, id: uuid(service.name, cause.id, event.name, String(at)) }) as Message);
}

const effectRule = (service: Service) => Object.values(service.effects ?? {})[0];

const contextOf = (service: Service, { id }: Told) => ({ now: NOW, id: (label: string) => uuid(service.name, id, label) });

function incoming({ name, payload, id }: Told): Incoming {
  return { name, payload, envelope: { id, type: `shop.${name}`, source: "/spec", time: NOW, tenant: "default" } };
}
