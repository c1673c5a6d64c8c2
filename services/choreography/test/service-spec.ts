import { createHash } from "node:crypto";
import type { DocumentFold } from "@troupe/engine";
import {
  type Codec,
  createIds,
  documentId,
  type EventFact,
  type Fact,
  fromTaggedJson,
  type Json,
  type TimestampMillis,
  TroupeError,
  type Uuid,
} from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import {
  callHandler,
  createdId,
  type EffectStatus,
  type EventMap,
  type ParticipantState,
  participantFold,
  readParticipantState,
  type ServiceDefinition,
} from "@troupe/service-kit";

/**
 * Plays one key of a service in memory on the kit's own fold: no engine, no bus, no store. What `begun` means is in the open,
 * so that a test can put anything between the start and the end of a reaction.
 */
export type Told = {
  [N in keyof EventPayloads]: { readonly name: N; readonly payload: EventPayloads[N]; readonly id: string };
}[keyof EventPayloads];
/** A message that was published; `afterMillis` says that it waits. */
export type Message = Told & { readonly afterMillis?: number };

/** A service with its fold; which payload belongs to which name is forgotten, since a driver finds handlers by name. */
export type Service = { readonly definition: ServiceDefinition<EventMap, Json>; readonly fold: DocumentFold };

/** Where one key of a service stands; `state` of its entity. */
export type Standing = { readonly participant: ParticipantState | undefined; readonly state: Json; readonly effect: EffectStatus };
/** A reaction that has begun. */
export type Running = { readonly id: string };
export type Step = { readonly standing: Standing; readonly published: readonly Message[]; readonly running: readonly Running[] };

const ids = createIds((data) => createHash("sha256").update(data).digest());
export const uuid = (...parts: readonly string[]): Uuid => ids.messageId("spec", parts) as Uuid; // messageId is a UUID by its contract
export const NOW = Date.parse("2026-03-01T10:00:00Z") as TimestampMillis; // milliseconds, as the clock gives them
const SOURCE = "/spec";

/** Id of a thing that handling `event` creates. */
export const created = (service: string, event: Told, label: string): Uuid =>
  createdId({ service, ids, envelope: { tenant: "default", source: SOURCE, id: event.id } }, label);

/** A service as the driver sees it. */
export function loose<Events extends EventMap, State extends Json>(definition: ServiceDefinition<Events, State>): Service {
  const forgetful = definition as unknown as Service["definition"]; // sound as long as an event is only passed to a handler of its name
  const codec: Pick<Codec, "describe"> = {
    describe: (event) => {
      throw new TroupeError("EVENT_UNKNOWN", { event, allowed: "none: no request is folded here" });
    },
  };
  return { definition: forgetful, fold: participantFold(forgetful, { codec, ids }) };
}

export const atRest = ({ definition }: Service): Standing => ({ participant: undefined, state: definition.entity.initial, effect: "none" });

/** The same, had the kit kept no note of what was done and undone: what is left is what the service's own state says. */
export function forgotten({ participant, state }: Standing): Standing {
  return { state, effect: "none", participant: participant === undefined ? undefined : { ...participant, effects: {} } };
}

/** The same with another state of the entity, for what only a fault elsewhere could bring about. */
export function having(standing: Standing, state: Json): Standing {
  const { participant } = standing;
  return { ...standing, state, participant: participant === undefined ? undefined : { ...participant, entity: state } };
}

/** What a service does when it reads an event. */
export function receive(service: Service, standing: Standing, { name, payload, id }: Told): Step {
  const envelope = { id, type: `shop.${name}`, source: SOURCE, time: NOW, tenant: "default", correlationId: KEY };
  const identity = ids.identity(envelope);
  const fact: EventFact = { kind: "event", name, identity, payload, envelope, origin: { topic: "spec", partition: 0, offset: 0 } };
  return fold(service, standing, fact);
}

/** The end of a reaction: its handler runs and what it publishes is folded. */
export async function finish(service: Service, standing: Standing, { id }: Running): Promise<Step> {
  const state = standing.participant;
  const pending = state?.pending[id];
  const reaction = service.definition.reactions?.find(({ name }) => name === pending?.reaction);
  if (state === undefined || pending === undefined || reaction === undefined) throw new TypeError(`nothing runs under ${id}`);
  const surroundings = { service: service.definition.name, ids, now: NOW, signal: new AbortController().signal };
  const publish = await callHandler(reaction, { id, pending, state }, surroundings);
  const data = { id, attempt: pending.attempt, ok: true, publish };
  return fold(service, standing, { kind: "act", name: "reaction-ended", identity: `${id}/end`, data });
}

/** Messages of a service that wait for their time, as what happens when it comes; earliest first. */
export function delayed(service: Service, standing: Standing): readonly (() => Step)[] {
  const current = currentOf(service, standing);
  const due = current === undefined ? [] : service.fold.due(current, Number.POSITIVE_INFINITY);
  return due.filter(({ name }) => name.startsWith("delayed:")).map((timer) => () => fold(service, standing, timer));
}

/** Reads events one after the other, each reaction finished before the next event. */
export async function tell(service: Service, events: readonly Told[], from: Standing = atRest(service)): Promise<Step> {
  let standing = from;
  const published: Message[] = [];
  const take = (step: Step): void => {
    standing = step.standing;
    published.push(...step.published);
  };
  for (const event of events) {
    const step = receive(service, standing, event);
    take(step);
    for (const running of step.running) take(await finish(service, standing, running));
  }
  return { standing, published, running: [] };
}

const KEY = "spec";

function currentOf({ definition: { name } }: Service, { participant }: Standing) {
  if (participant === undefined) return undefined;
  const id = documentId({ tenant: "default", definition: name, key: KEY });
  return { id, definition: name, status: "", state: participant as unknown as Json }; // made of Json members only
}

function fold(service: Service, standing: Standing, fact: Fact): Step {
  const { definition } = service;
  const id = documentId({ tenant: "default", definition: definition.name, key: KEY });
  const applied = service.fold.apply(currentOf(service, standing), fact, { documentId: id, now: NOW, traceparent: undefined });
  if (applied === undefined) return { standing, published: [], running: [] };
  const participant = readParticipantState(applied.state);
  const [effect] = Object.keys(definition.effects ?? {});
  const waiting = Object.entries(participant.delayed).filter(([message]) => standing.participant?.delayed[message] === undefined);
  const later = waiting.map(([, { name, payload, id: message, dueAt }]) => ({
    ...{ name, payload: fromTaggedJson(payload), id: message, afterMillis: dueAt - NOW },
  }));
  const began = Object.keys(participant.pending).filter((run) => standing.participant?.pending[run] === undefined);
  return {
    standing: { participant, state: participant.entity, effect: participant.effects[effect ?? ""] ?? "none" },
    published: [
      ...applied.emit.map(({ name, payload, id: message }) => ({ name, payload, id: message })),
      ...later,
    ] as unknown as Message[], // the handler's types kept name and payload together
    running: began.map((run) => ({ id: run })),
  };
}
