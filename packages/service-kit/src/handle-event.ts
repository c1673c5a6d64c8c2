import type { Emission, Notice } from "@troupe/engine";
import {
  type EventFact,
  fromTaggedJson,
  type Json,
  type JsonObject,
  type Payload,
  parseDocumentId,
  type TimestampMillis,
  toTaggedJson,
  type Uuid,
} from "@troupe/kernel";
import type { EffectStatus, EventMap, Incoming, Publish } from "./definition.ts";
import type { ApplyEnvironment } from "./participant-fold.ts";
import { type ParticipantState, restoreEvent, storeEvent } from "./participant-state.ts";
import { createdId } from "./reactions/call-handler.ts";
import { beginReactions } from "./reactions/pending-reactions.ts";

/** What an event means for an effect of the service. */
export type EffectRole = { readonly effect: string; readonly does: boolean; readonly status: EffectStatus };

/** What a published message is about: copied from the event that caused it. */
export type About = { readonly tenant: string; readonly correlationId?: string; readonly causationId?: string; readonly effect?: string };

/** State and outputs of folding one fact into a participant's document: lives for one call of `apply`. */
export class HandlerMemory<Events extends EventMap, State extends Json> {
  state: ParticipantState;
  readonly emissions: Emission[] = [];
  readonly runs: Json[] = [];
  readonly notices: Notice[] = [];
  readonly environment: ApplyEnvironment<Events, State>;

  constructor(state: ParticipantState, environment: ApplyEnvironment<Events, State>) {
    this.state = state;
    this.environment = environment;
  }

  get now(): TimestampMillis {
    return this.environment.context.now as TimestampMillis; // FoldContext says milliseconds since the epoch
  }

  /**
   * An event from outside. Rules of effects: what comes behind `begun` waits until that has ended, so that it meets a
   * settled effect; a do after its undo is refused; everything else reaches the handlers, which learn where the effect stands.
   */
  event(fact: EventFact): void {
    const role = this.roleOf(fact.name);
    if (role !== undefined && this.isUnderWay(role.effect)) {
      this.state = { ...this.state, waiting: [...this.state.waiting, storeEvent(fact)] };
      return;
    }
    if (role?.does && role.status === "undone") {
      this.notice("info", `${fact.name} came after its undo and is refused`, { effect: role.effect });
      return;
    }
    const decided = this.#decide(fact, role);
    this.#evolve(fact.name, fact.payload as Events[string]); // decoded with the schema that Events was generated from
    if (role !== undefined && !role.does) this.setEffect(role.effect, "undone");
    this.publish(decided, { fact, by: "decide" });
    beginReactions(this, fact, role);
  }

  #decide(fact: EventFact, role: EffectRole | undefined): readonly Publish<Events>[] {
    const decide = this.environment.definition.entity.decide[fact.name as keyof Events & string];
    if (decide === undefined) return [];
    return decide(this.entity, this.incoming(fact), { now: this.now, effect: role?.status ?? "none", id: this.idsFor(fact) });
  }

  /** Applies and emits what a handler decided; ids follow from the event, the handler and the position. */
  publish(decided: readonly Publish<Events>[], { fact, by }: { readonly fact: EventFact; readonly by: string }): void {
    const { name: service } = this.environment.definition;
    decided.forEach((publish, position) => {
      const name = String(publish.name);
      const id = this.environment.tools.ids.messageId("reaction", [
        fact.envelope.tenant,
        service,
        by,
        name,
        fact.envelope.source,
        fact.envelope.id,
        position,
      ]);
      this.#emit({ name, payload: publish.payload as Payload, id, about: aboutOf(fact) }, publish.afterMillis);
      this.#evolve(name, publish.payload as Events[string]); // the handler's types say it is one of Events
      for (const [effect, rule] of Object.entries(this.environment.definition.effects ?? {})) {
        if (rule.done.includes(publish.name)) this.setEffect(effect, "done");
      }
    });
  }

  #emit(
    message: { readonly name: string; readonly payload: Payload; readonly id: string; readonly about: About },
    afterMillis: number | undefined,
  ): void {
    const { about, ...rest } = message;
    if (afterMillis === undefined || afterMillis <= 0) {
      const { tenant: _, ...attributes } = about; // the tenant is the document's
      this.emissions.push({ ...rest, ...attributes });
      return;
    }
    const delayed = {
      dueAt: this.now + afterMillis,
      name: rest.name,
      payload: toTaggedJson(rest.payload),
      id: rest.id,
      about: { ...about },
      trace: this.environment.context.traceparent ?? null,
    };
    this.state = { ...this.state, delayed: { ...this.state.delayed, [rest.id]: delayed } };
  }

  /** The time of a delayed message has come. */
  emitDelayed(id: string): void {
    const { [id]: message, ...delayed } = this.state.delayed;
    if (message === undefined) return;
    this.state = { ...this.state, delayed };
    const payload = fromTaggedJson(message.payload) as Payload; // stored by #emit from a payload
    this.#emit({ name: message.name, payload, id, about: message.about as unknown as About }, undefined); // stored by #emit from an About
  }

  #evolve(name: string, payload: Events[string]): void {
    const evolve = this.environment.definition.entity.evolve[name];
    if (evolve !== undefined) this.state = { ...this.state, entity: evolve(this.entity, payload, { now: this.now }) };
  }

  /** A reaction that does the effect has begun and not ended. */
  isUnderWay(effect: string): boolean {
    return Object.values(this.state.pending).some(({ event }) => {
      const role = this.roleOf(event.name);
      return role?.does && role.effect === effect;
    });
  }

  /** Waiting events go on; one whose effect is under way again waits on. */
  resumeWaiting(): void {
    const waiting = this.state.waiting;
    this.state = { ...this.state, waiting: [] };
    for (const event of waiting) this.event(restoreEvent(event));
  }

  get entity(): State {
    return this.state.entity as State; // starts as `initial` and is replaced by `evolve` only
  }

  setEffect(effect: string, status: EffectStatus): void {
    this.state = { ...this.state, effects: { ...this.state.effects, [effect]: status } };
  }

  roleOf(eventName: string): EffectRole | undefined {
    for (const [effect, rule] of Object.entries(this.environment.definition.effects ?? {})) {
      const does = rule.do.includes(eventName);
      if (does || rule.undo.includes(eventName)) return { effect, does, status: this.state.effects[effect] ?? "none" };
    }
    return undefined;
  }

  incoming(fact: EventFact): Incoming<Events, keyof Events & string> {
    return { name: fact.name, payload: fact.payload, envelope: fact.envelope } as unknown as Incoming<Events, keyof Events & string>; // as above
  }

  idsFor({ envelope }: EventFact): (label: string) => Uuid {
    const { definition, tools } = this.environment;
    return (label) => createdId({ service: definition.name, ids: tools.ids, envelope }, label);
  }

  notice(level: Notice["level"], text: string, fields: JsonObject): void {
    const { definition, context } = this.environment;
    this.notices.push({ level, text, fields: { role: definition.name, key: parseDocumentId(context.documentId)?.key ?? null, ...fields } });
  }
}

function aboutOf({ envelope }: EventFact): About {
  const { tenant, correlationId, effect, id } = envelope;
  return {
    tenant,
    causationId: id,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(effect === undefined ? {} : { effect }),
  };
}
